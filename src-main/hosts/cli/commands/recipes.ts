import { Command } from 'commander';
import { recipeKey, recipeText } from '../../../contract/recipe.ts';
import { assertOutputs } from '../../files/output-guard.ts';
import { writeFileAtomically } from '../../files/write-file.ts';
import { addReportingOptions, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';
import { findRecipe, recipeStore } from '../recipe-option.ts';

interface RecipesFlags extends ReportingFlags {
  readonly output?: string;
}

/** `langevin recipes` and `langevin recipes NAME [-o FILE]` */
export function recipesCommand(): Command {
  const command = new Command('recipes')
    .description('list recipes for --recipe, show the text of one, or write it to a file to change it')
    .argument('[recipe]', 'name of a recipe, or a file to check')
    .option('-o, --output <file>', 'write the text of the recipe there');
  addReportingOptions(command);
  return command.action((name: string | undefined, flags: RecipesFlags) =>
    name === undefined ? listRecipes(flags) : showRecipe(name, flags),
  );
}

async function listRecipes(flags: RecipesFlags): Promise<void> {
  const output = new Output(flags);
  const known = await recipeStore().list((message) => output.say(message, { type: 'notice', message }));
  const listed = known.map(({ recipe, isBuiltIn }) => ({ key: recipeKey(recipe.name), isBuiltIn, recipe }));
  const width = Math.max(...listed.map(({ key }) => key.length));
  const rows = listed.map(
    ({ key, isBuiltIn, recipe: { name, description = name } }) =>
      `${key.padEnd(width)}  ${description}${isBuiltIn ? '' : ' (your own)'}`,
  );
  const hint = 'langevin recipes NAME shows one; with -o FILE it is written to a file, to be changed.';
  output.result([...rows, '', hint].join('\n'), { recipes: listed });
}

async function showRecipe(name: string, flags: RecipesFlags): Promise<void> {
  const output = new Output(flags);
  const recipe = await findRecipe(name);
  if (flags.output === undefined) {
    output.result(recipeText(recipe).trimEnd(), recipe);
  } else {
    await assertOutputs([flags.output], [name]);
    await writeFileAtomically(flags.output, new TextEncoder().encode(recipeText(recipe)));
    output.say(`Wrote the recipe ${recipe.name} to ${flags.output}.`, { type: 'output', path: flags.output });
  }
}
