import type { Catalogue, CommandModel } from './command.ts'
import { fileFamilies } from './file-families.ts'
import { outsideCommands } from './outside.ts'

/** Every command that initlint knows, in the order of the table in docs. */
export const commandModels: readonly CommandModel[] = [...fileFamilies, ...outsideCommands]

/** The commands by name. */
export const catalogue: Catalogue = new Map(commandModels.flatMap((model) => model.names.map((name) => [name, model] as const)))
