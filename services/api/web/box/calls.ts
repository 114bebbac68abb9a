// What is asked of the box about its name and its certificate. Part of api.ts.
import type { BoxNames, OwnCertificate, RenameBox, ServedCertificate } from '#appliance/contracts/network.ts'
import type { Requests } from '../app/request.ts'

export const createBoxCalls = ({ json, get }: Requests) => ({
  names: () => get<BoxNames>('/name'),
  renameBox: (wanted: RenameBox) => json<BoxNames>('PATCH', '/hob/v1/name', wanted),
  certificate: () => get<ServedCertificate>('/certificate'),
  useCertificate: (pair: OwnCertificate) => json<ServedCertificate>('PUT', '/hob/v1/certificate', pair),
  dropCertificate: () => json<ServedCertificate>('DELETE', '/hob/v1/certificate'),
})
