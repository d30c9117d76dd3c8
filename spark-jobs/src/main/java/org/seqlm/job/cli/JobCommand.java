package org.seqlm.job.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.Secrets;
import org.seqlm.UserException;
import org.seqlm.artifact.FailureRecord;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.artifact.Version;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * One subcommand: a record of configuration in, a record of results out. This class does what all
 * of them share: configuration, {@code --dry-run}, the session, the summary and the result record.
 *
 * @param <C> configuration
 * @param <R> result, written by {@code --json}
 */
public abstract class JobCommand<C extends JobConfig, R> implements Callable<Integer> {
  /** Where all commands start, for processes that start more of them. */
  public static final String MAIN_CLASS = "org.seqlm.job.SeqLM";

  @Spec CommandSpec spec;

  @Option(
      order = 101,
      names = "--config",
      paramLabel = "FILE",
      description = "YAML with any of this job's keys, on any Hadoop path.")
  String config;

  @Option(
      order = 102,
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Any key of this job, with dots between groups (seed=7, group.key=value). May be"
              + " repeated.")
  protected List<String> sets = List.of();

  @Option(
      order = 103,
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark master: local[*], yarn, k8s://..., spark://... (default: what spark-submit says,"
              + " else local[*]).")
  String master;

  @Option(
      order = 104,
      names = "--json",
      paramLabel = "FILE|-",
      description = "Write the result record there; - is standard output.")
  String json;

  @Option(
      order = 105,
      names = "--overwrite",
      description = "Replace a complete output of the same name.")
  boolean overwrite;

  @Option(
      order = 106,
      names = "--partitions",
      paramLabel = "N",
      description = "Tasks a stage; no result depends on it (default: the cluster's).")
  Integer partitions;

  @Option(order = 107, names = "--seed", paramLabel = "N", description = "Decides all randomness.")
  Long seed;

  @Option(
      order = 108,
      names = "--dry-run",
      description =
          "Print the effective configuration (nights: with --json -) and the plan; do nothing.")
  boolean dryRun;

  private final Class<C> configType;

  public JobCommand(Class<C> configType) {
    this.configType = configType;
  }

  /**
   * The effective configuration where no command line is: of what runs this inside another program.
   *
   * @param name as in {@code conf/NAME.yaml}
   * @param given {@code KEY=VALUE} with dots between groups, over the defaults
   * @param over what stands over those
   * @throws UserException with exit code 2, a line for each problem
   */
  public final C configured(
      String name, Configuration hadoop, List<String> given, FlagValues over) {
    return ConfigLoader.load(name, configType, hadoop, null, given, over.tree());
  }

  /** Ends the help with where all keys are. */
  public final void nameDefaults() {
    UsageMessageSpec help = spec.usageMessage();
    List<String> footer = new ArrayList<>(List.of(help.footer()));
    if (footer.isEmpty()) {
      help.footerHeading("%n");
    }
    footer.add("Every key and its default: conf/" + name() + ".yaml");
    help.footer(footer.toArray(String[]::new));
  }

  /** Names the keys that this command's own flags set. */
  public abstract void flags(FlagValues overrides);

  /**
   * What would be done, in a few lines, found out without starting Spark; checks inputs and output
   * as a run would.
   */
  public abstract String plan(C config, JobContext context) throws Exception;

  /** Does it. */
  public abstract R run(C config, JobContext context) throws Exception;

  /** What the user reads at the end: a short table and where the results are. */
  public abstract String summary(C config, R result);

  /**
   * Comes last, once all has been told.
   *
   * @throws UserException where the result is that something is wrong
   */
  public void judge(R result) {}

  /** Whether the file of {@code --json} is replaced as it is, for commands that may be repeated. */
  public boolean repeatable() {
    return false;
  }

  /** How the process ends where nothing is wrong: for commands whose results are told apart so. */
  public int exitCode(C config, R result) {
    return 0;
  }

  /**
   * What stands over the defaults of a command whose defaults depend on its input; null for
   * nothing.
   *
   * @param given all keys, as they are without
   */
  protected ObjectNode defaultsFor(ObjectNode given, JobContext context) {
    return null;
  }

  /** What {@code --dry-run} prints; with {@code --json -} it prints both as JSON. */
  protected enum DryRun {
    /** The effective configuration as YAML, and the plan behind it as comments. */
    CONFIGURATION_AND_PLAN,
    /** The plan alone, for configurations of hundreds of keys. */
    PLAN
  }

  /** What {@code --dry-run} prints. */
  protected DryRun dryRunTells() {
    return DryRun.CONFIGURATION_AND_PLAN;
  }

  @Override
  public final Integer call() throws Exception {
    ConsoleProgress progress = ConsoleProgress.create(System.err);
    PrintWriter out = spec.commandLine().getOut();
    try (JobContext context =
        new JobContext(
            name(), master, overwrite ? Overwrite.REPLACE : Overwrite.REFUSE, progress)) {
      context.checkSettings();
      FlagValues overrides = new FlagValues().put("partitions", partitions).put("seed", seed);
      flags(overrides);
      C effective =
          ConfigLoader.load(
              name(),
              configType,
              context.hadoop(),
              config,
              sets,
              overrides.tree(),
              given -> defaultsFor(given, context));
      JobFiles files = effective.files();
      context.writes(files.output());
      files
          .readsOnce("--config", config)
          .writesFile("--json", repeatable() ? null : json)
          .check(context);
      if (dryRun) {
        tell(effective, plan(effective, context).lines().toList(), out);
        return 0;
      }
      R result = result(effective, context);
      progress.end();
      boolean jsonOnStandardOutput = "-".equals(json);
      String summary = summary(effective, result).stripTrailing();
      if (jsonOnStandardOutput) {
        progress.message(summary);
        out.print(ChainFiles.pretty(result));
        out.flush();
        judge(result);
        return exitCode(effective, result);
      }
      out.println(summary);
      out.flush();
      if (json != null) {
        write(context, json, ChainFiles.pretty(result));
      }
      judge(result);
      return exitCode(effective, result);
    } finally {
      progress.end();
    }
  }

  /** A dry run's end: what would be done, and by which configuration. */
  private void tell(C effective, List<String> plan, PrintWriter out) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("configuration", ChainFiles.shown(Json.tree(effective)));
    record.put("plan", plan);
    if ("-".equals(json)) {
      out.print(Json.pretty(record));
    } else if (dryRunTells() == DryRun.PLAN) {
      plan.forEach(out::println);
      out.println("(--json - prints all keys as they are in effect, too)");
    } else {
      out.println("# seqlm " + Version.current() + " " + name() + ": the effective configuration");
      out.print(ConfigText.yaml(effective));
      out.println("# plan");
      plan.forEach(line -> out.println("#   " + line));
    }
    out.flush(); // a file of --json may hold the record of a run before, and stays
  }

  /** For instance {@code train}, or {@code bench-averaging} for a subcommand of a subcommand. */
  private String name() {
    CommandSpec parent = spec.parent();
    return parent == null || parent.parent() == null
        ? spec.name()
        : parent.name() + "-" + spec.name();
  }

  private R result(C effective, JobContext context) throws Exception {
    try {
      return run(effective, context);
    } catch (Exception e) {
      Exception explained = context.explained(e);
      tellFailure(context, explained);
      throw explained;
    }
  }

  /** In the file that would have had the result; whatever went wrong first is what is told. */
  private void tellFailure(JobContext context, Exception problem) {
    if (json == null || json.equals("-") || Interruption.happened()) {
      return;
    }
    Failures.Told told = Failures.told(problem, spec.name());
    List<String> problems =
        told.bug() ? List.of(Secrets.redacted(String.valueOf(problem))) : told.problems();
    try {
      write(
          context,
          json,
          new FailureRecord(name(), Version.current(), told.code().code(), problems).json());
    } catch (IOException | RuntimeException e) {
      problem.addSuppressed(e);
    }
  }

  /** Whole or not at all. */
  private static void write(JobContext context, String file, String text) throws IOException {
    Path path = Paths.of(file);
    FileSystem fs = path.getFileSystem(context.hadoop());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      File device = device(path, context);
      if (device == null) {
        HashedFile.replacePlain(fs, path, out -> out.write(bytes));
      } else {
        try (OutputStream out = new FileOutputStream(device)) {
          out.write(bytes);
        }
      }
    } catch (IOException e) {
      throw UserException.platform(
          "--json " + file + " was not written: " + Failures.oneLine(e) + "; the rest is done", e);
    }
  }

  /**
   * What is there and no file that another could take the place of, {@code /dev/stdout}; or null.
   */
  private static File device(Path path, JobContext context) throws IOException {
    File file = Paths.local(path, context.hadoop());
    return file != null && Paths.isSpecial(file) ? file : null;
  }
}
