package dev.prodigy.cli;

import dev.prodigy.cli.command.Action;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.GlobalOptions;
import dev.prodigy.cli.command.Help;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Parsed;
import dev.prodigy.cli.command.Parser;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.config.LogSettings;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Output;
import dev.prodigy.cli.terminal.Prompts;
import dev.prodigy.model.ProdigyException;
import java.util.Arrays;

/// The program: parses a command line, calls the command, turns whatever happens into an exit code.
/// Never ends the process, so that tests run it within theirs.
public final class Prodigy {
  private final Surroundings surroundings;
  private final Console console;

  private Prodigy(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.console =
        new Console(
            surroundings.in(),
            surroundings.out(),
            surroundings.err(),
            surroundings.terminals(),
            surroundings.env());
  }

  /// Runs one command line.
  ///
  /// @return the exit code; everything is flushed
  public static int main(Surroundings surroundings, String... args) {
    return new Prodigy(surroundings).run(CommandTree.program(), args);
  }

  /// With other commands than ours, to test the frame.
  static int main(Surroundings surroundings, Command program, String... args) {
    return new Prodigy(surroundings).run(program, args);
  }

  private int run(Command program, String... args) {
    var errors = new ErrorReport(console, surroundings.env());
    try {
      int code = call(program, args, errors);
      console.flush();
      return code;
    } catch (Output.ReaderGone _) {
      return ExitCode.OK;
    } catch (Output.Unwritable e) {
      return errors.unwritable(e);
    } catch (UsageException e) {
      return errors.usage(e, program, args);
    } catch (Prompts.NobodyToAsk e) {
      return errors.usage(new UsageException(String.valueOf(e.getMessage())), program, args);
    } catch (ProdigyException e) {
      return errors.failure(e);
    } catch (RuntimeException | Error e) {
      return errors.fault(e, args);
    }
  }

  private int call(Command program, String[] args, ErrorReport errors) {
    Parsed parsed = parsed(program, args);
    console.color(parsed.get(GlobalOptions.COLOR));
    if (parsed.get(GlobalOptions.VERSION)) {
      console.print("prodigy " + Version.NUMBER);
      return ExitCode.OK;
    }
    Command command = parsed.command();
    if (parsed.get(GlobalOptions.HELP) || command == program) {
      console.print(Help.of(command, console.width(), console.outStyle()));
      return ExitCode.OK;
    }
    Action action = command.action();
    if (action == null) {
      logWithoutCall();
      console.error(Help.of(command, console.width(), console.errStyle()));
      return ExitCode.USAGE;
    }
    var call =
        new Invocation(
            parsed, console, surroundings.env(), surroundings.directory(), surroundings.signals());
    errors.follow(call);
    if (call.verbosity().quiet()) {
      console.beQuiet();
    }
    console.logs(LogSettings.of(call));
    try {
      LocalStorageNotice.tell(call);
      return action.run(call);
    } finally {
      surroundings.signals().ending();
    }
  }

  private Parsed parsed(Command program, String[] args) {
    try {
      return Parser.parse(program, Arrays.asList(args));
    } catch (UsageException e) {
      logWithoutCall();
      throw e;
    }
  }

  private void logWithoutCall() {
    console.logs(LogSettings.withoutCall(surroundings.env(), surroundings.directory()));
  }
}
