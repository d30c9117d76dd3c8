package org.seqlm.job;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkUserAppException;
import org.seqlm.ExitCode;
import org.seqlm.ObjectFilter;
import org.seqlm.Secrets;
import org.seqlm.UserException;
import org.seqlm.artifact.Version;
import org.seqlm.job.bench.BenchCommand;
import org.seqlm.job.cli.CommandLineText;
import org.seqlm.job.cli.Failures;
import org.seqlm.job.cli.Interruption;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.LoginName;
import org.seqlm.job.compile.CompileCommand;
import org.seqlm.job.corpus.CorpusCommand;
import org.seqlm.job.counts.CountsCommand;
import org.seqlm.job.doctor.DoctorCommand;
import org.seqlm.job.drift.DriftCommand;
import org.seqlm.job.evaluate.EvaluateCommand;
import org.seqlm.job.example.ExampleCommand;
import org.seqlm.job.export.ExportCommand;
import org.seqlm.job.files.FilesCommand;
import org.seqlm.job.generate.GenerateCommand;
import org.seqlm.job.interpolate.InterpolateCommand;
import org.seqlm.job.models.ModelsCommand;
import org.seqlm.job.ngrams.NgramsCommand;
import org.seqlm.job.nightlydemo.NightlyDemoCommand;
import org.seqlm.job.predict.PredictCommand;
import org.seqlm.job.prepare.PrepareCommand;
import org.seqlm.job.quickstart.QuickstartCommand;
import org.seqlm.job.report.ReportCommand;
import org.seqlm.job.retrain.RetrainCommand;
import org.seqlm.job.samples.CheckSamplesCommand;
import org.seqlm.job.score.ScoreCommand;
import org.seqlm.job.submit.BulletinWriter;
import org.seqlm.job.submit.CommandFailure;
import org.seqlm.job.train.TrainCommand;
import org.seqlm.job.trend.TrendCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The one main class. It parses, runs a subcommand, turns what went wrong into one line and an exit
 * code, and hands that code to spark-submit, which ends the process with it; it never calls {@code
 * System.exit}.
 */
@Command(
    name = "seqlm",
    mixinStandardHelpOptions = true,
    versionProvider = SeqLM.VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "N-gram statistics and recurrent language models on Apache Spark.",
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  done",
      "  1  a bug of seqlm",
      "  2  the configuration, a flag or an existing output",
      "  3  the data",
      "  4  the training diverged",
      "  5  the platform: Spark, the file system, a lost cluster"
    })
public final class SeqLM {
  /** In the order in which the help lists them. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          QuickstartCommand.class,
          RetrainCommand.class,
          NightlyDemoCommand.class,
          PrepareCommand.class,
          NgramsCommand.class,
          CorpusCommand.class,
          CountsCommand.class,
          ExportCommand.class,
          CompileCommand.class,
          TrainCommand.class,
          EvaluateCommand.class,
          InterpolateCommand.class,
          GenerateCommand.class,
          CheckSamplesCommand.class,
          ScoreCommand.class,
          PredictCommand.class,
          DriftCommand.class,
          ReportCommand.class,
          TrendCommand.class,
          ModelsCommand.class,
          FilesCommand.class,
          DoctorCommand.class,
          ExampleCommand.class,
          BenchCommand.class);

  private static final Pattern ATTACHED = Pattern.compile("(--[^=]+)=(-.*)", Pattern.DOTALL);

  /** Before a value that begins with a dash; no argument of a process can hold it. */
  private static final String DASHED = "\0";

  /** Runs a command line; the exit code reaches the caller through spark-submit. */
  public static void main(String[] args) throws SparkUserAppException {
    BulletinWriter bulletin = BulletinWriter.begin();
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    ObjectFilter.install();
    Interruption.watch(args, err);
    Interruption.onOutOfMemory(err);
    int code;
    try {
      String[] words = CommandLineText.restored(args);
      LoginName.ensure();
      code = run(words, err);
    } catch (UserException e) {
      code = Failures.report(e, "", err).code();
    }
    Interruption.over();
    bulletin.end(code);
    if (code != 0 && bulletin.onYarn()) {
      // Its diagnostics keep what is thrown: of Spark's own exception the code alone.
      throw new CommandFailure(code, bulletin.lastError());
    }
    if (code != 0) {
      throw new SparkUserAppException(code);
    }
  }

  /**
   * Runs a command line inside this process.
   *
   * @param err receives what is wrong
   * @return the exit code
   */
  public static int run(String[] args, PrintStream err) {
    CommandLine commandLine = commandLine(args);
    // UTF-8 whatever the locale: a batch machine's is often POSIX. All commands write to it.
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    commandLine.setOut(out);
    commandLine.setExecutionExceptionHandler(
        (problem, command, parsed) ->
            Failures.report(problem, command.getCommandName(), err).code());
    commandLine.setParameterExceptionHandler(
        (problem, unparsed) -> {
          CommandLine command = problem.getCommandLine();
          err.println("seqlm: error: " + Secrets.redacted(problem.getMessage()));
          if (problem instanceof CommandLine.MissingParameterException
              && problem.getMessage().contains("but found '-")) {
            err.println(
                "seqlm: a value that begins with a dash is written after =, for instance"
                    + " --prompt=-x");
          } else if (!CommandLine.UnmatchedArgumentException.printSuggestions(
              problem, new PrintWriter(err, true, StandardCharsets.UTF_8))) {
            err.println(
                "seqlm: try seqlm "
                    + command.getCommandSpec().qualifiedName().substring("seqlm".length()).strip()
                    + (command.getParent() == null ? "" : " ")
                    + "--help");
          }
          return ExitCode.CONFIGURATION.code();
        });
    int code;
    try {
      code =
          args.length == 0 ? usage(commandLine) : commandLine.execute(attached(commandLine, args));
    } catch (Error e) {
      // The parser hands on exceptions only.
      code = Failures.report(e, args.length == 0 ? "" : args[0], err).code();
    }
    // A stream keeps to itself what it could not write, to a full disk for instance.
    if (out.checkError() && code == ExitCode.DONE.code()) {
      err.println(
          "seqlm: error: standard output did not take all of it: its disk is full, or its reader"
              + " has ended; what the command wrote to files is complete");
      return ExitCode.PLATFORM.code();
    }
    return code;
  }

  private static int usage(CommandLine commandLine) {
    commandLine.usage(commandLine.getOut());
    return ExitCode.DONE.code();
  }

  /**
   * Marks attached values of text that begin with a dash: the parser would take {@code --prompt=--}
   * or {@code --prompt=-h} for a flag without a value and another flag.
   */
  private static String[] attached(CommandLine commandLine, String[] args) {
    String[] marked = args.clone();
    for (int i = 0; i < args.length; i++) {
      Matcher matcher = ATTACHED.matcher(args[i]);
      if (matcher.matches() && takesText(commandLine, matcher.group(1))) {
        marked[i] = matcher.group(1) + "=" + DASHED + matcher.group(2);
      }
    }
    return marked;
  }

  private static boolean takesText(CommandLine commandLine, String option) {
    OptionSpec found = commandLine.getCommandSpec().findOption(option);
    return (found != null && found.auxiliaryTypes()[0] == String.class)
        || commandLine.getSubcommands().values().stream().anyMatch(sub -> takesText(sub, option));
  }

  private static String unmarked(String text) {
    return text.startsWith(DASHED) ? text.substring(DASHED.length()) : text;
  }

  /**
   * The command line as a parser.
   *
   * @param args if they begin with a command's name, no other command is set up: all of them
   *     together take a tenth of a second
   */
  private static CommandLine commandLine(String[] args) {
    CommandLine commandLine = new CommandLine(new SeqLM());
    COMMANDS.stream()
        .filter(type -> args.length > 0 && args[0].equals(name(type)))
        .findFirst()
        .map(List::<Class<?>>of)
        .orElse(COMMANDS)
        .forEach(commandLine::addSubcommand);
    addHelp(commandLine);
    commandLine
        .registerConverter(String.class, SeqLM::unmarked)
        // A text is what it says, also where it begins with @ and there is such a file.
        .setExpandAtFiles(false)
        .setUsageHelpAutoWidth(true)
        .setAbbreviatedOptionsAllowed(false)
        .setCaseInsensitiveEnumValuesAllowed(false);
    return commandLine;
  }

  private static String name(Class<?> type) {
    return type.getAnnotation(Command.class).name();
  }

  private static void addHelp(CommandLine commandLine) {
    for (CommandLine sub : commandLine.getSubcommands().values()) {
      sub.getCommandSpec().mixinStandardHelpOptions(true);
      // A command's own options first, then those of all commands.
      sub.getCommandSpec().usageMessage().sortOptions(false).sortSynopsis(false);
      if (sub.getCommand() instanceof JobCommand<?, ?> job) {
        job.nameDefaults();
      }
      addHelp(sub);
    }
  }

  /** Version line of {@code --version}. */
  static final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"seqlm " + Version.current()};
    }
  }
}
