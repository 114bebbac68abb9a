// Disks on Linux, from /sys/block: real ones only, neither loop devices, memory disks nor mappings of other disks.
import type { FactSheet } from '#appliance/contracts/hardware.ts'
import type { Host } from './host.ts'
import { known, notMeasured, readCount, readLine } from './read.ts'

export async function readDisks(host: Host): Promise<FactSheet['disks']> {
  const names = (await host.list('/sys/block')).filter((name) =>
    /^(?:sd[a-z]|vd[a-z]|xvd[a-z]|hd[a-z]|nvme\d|mmcblk\d+$)/u.test(name),
  )
  return Promise.all(
    names.slice(0, 64).map(async (name) => {
      const folder = `/sys/block/${name}`
      const [model, alternative, sectors, rotational] = await Promise.all([
        readLine(host, `${folder}/device/model`),
        readLine(host, `${folder}/device/name`),
        readCount(host, `${folder}/size`),
        readCount(host, `${folder}/queue/rotational`),
      ])
      return {
        device: `/dev/${name}`,
        model: model.status === 'known' || alternative.status !== 'known' ? model : alternative,
        // The kernel counts in sectors of 512 bytes here, whatever the disk's own are.
        sizeBytes:
          sectors.status === 'known' && sectors.value > 0 && sectors.value < Number.MAX_SAFE_INTEGER / 512
            ? known(sectors.value * 512, sectors.source)
            : notMeasured(`${folder}/size gives no size`),
        rotational: /^x?vd/u.test(name)
          ? notMeasured('a virtual disk does not say what is beneath it')
          : rotational.status === 'known'
            ? known(rotational.value !== 0, rotational.source)
            : rotational,
      }
    }),
  )
}
