// The one door to @simplewebauthn/browser: makes a passkey on this device, and signs in with one. Loaded when it is
// first wanted. A person who turns it down, or a browser that cannot, is the problem `passkey`.
import {
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { ProblemError, pageProblem } from '../app/problem.ts'

export type CreationOptions = PublicKeyCredentialCreationOptionsJSON
export type RequestOptions = PublicKeyCredentialRequestOptionsJSON
export type Attestation = RegistrationResponseJSON
export type Assertion = AuthenticationResponseJSON

export async function createPasskey(optionsJSON: CreationOptions): Promise<Attestation> {
  try {
    return await startRegistration({ optionsJSON })
  } catch {
    throw new ProblemError(pageProblem('passkey'))
  }
}

export async function presentPasskey(optionsJSON: RequestOptions): Promise<Assertion> {
  try {
    return await startAuthentication({ optionsJSON })
  } catch {
    throw new ProblemError(pageProblem('passkey'))
  }
}
