import password from '@inquirer/password';

/**
 * Asks for a secret on the terminal, hidden, on stderr: stdout is for the report.
 * @returns null when the user broke off (Ctrl-C, Ctrl-D).
 */
export async function askSecret(question: string): Promise<string | null> {
  try {
    return await password(
      { message: question, mask: false },
      { output: process.stderr, clearPromptOnDone: false },
    );
  } catch (error) {
    // Its errors for Ctrl-C and a closed input; anything else is a bug.
    if (error instanceof Error && /^(?:ExitPromptError|AbortPromptError|CancelPromptError)$/.test(error.name))
      return null;
    throw error;
  }
}
