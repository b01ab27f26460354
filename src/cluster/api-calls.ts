import { StartError } from '../server/keepers/start-error.ts'
import { clusterProblem } from './client.ts'
import { ListRefused } from './object-lists.ts'

/**
 * Runs a call. @param action verb and resource, for people
 * @returns the refusal of the API server
 * @throws StartError if it cannot be reached or does not know the user
 */
export async function readable<T>(call: () => Promise<T>, action: string): Promise<T | ListRefused> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof ListRefused && error.status !== 401) return error
    throw new StartError(
      error instanceof ListRefused
        ? `${action}: the API server does not accept the credentials of the kubeconfig.`
        : clusterProblem(error, action),
    )
  }
}
