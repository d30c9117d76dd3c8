package org.seqlm.job.example;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.store.Paths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm example}: writes the built-in example, or examples of a task, as a plain folder. */
@Command(
    name = "example",
    description = {
      "Write a source whose best possible score is known exactly, as a plain folder.",
      "grammar, the default: English sentences. DIR/corpus.txt holds one sentence a line,"
          + " DIR/pairs.jsonl pairs that test agreement in number at a distance, DIR/grammar.json"
          + " the exact entropy, DIR/grammar.tsv every arc.",
      "The other kinds: DIR/examples holds train.jsonl, valid.jsonl and test.jsonl, one example a"
          + " line; DIR/task.json says what is learned.",
      "DIR/floor.json: the best possible score, and how it was computed."
    })
public final class ExampleCommand extends JobCommand<ExampleConfig, ExampleResult> {
  @Option(names = "--output", paramLabel = "DIR", description = "Folder to make.")
  String output;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description =
          "grammar (default), addition, dates, copy, tags, sentiment, glyphs, motion or series.")
  String kind;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "grammar: at least so much text (2MB).")
  String size;

  public ExampleCommand() {
    super(ExampleConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("output", output).put("kind", kind).put("size", size);
  }

  @Override
  public String plan(ExampleConfig config, JobContext context) throws IOException {
    folder(config, context.hadoop()).check(context.overwrite());
    return config.kind() == ExampleKind.GRAMMAR
        ? GrammarFiles.plan(config)
        : TaskFiles.plan(config);
  }

  @Override
  public ExampleResult run(ExampleConfig config, JobContext context) throws IOException {
    ExampleFolder folder = folder(config, context.hadoop());
    folder.check(context.overwrite());
    boolean grammar = config.kind() == ExampleKind.GRAMMAR;
    context
        .progress()
        .stage(
            "example",
            grammar ? config.bytes() : config.sizes().all(),
            grammar ? "bytes" : "examples");
    try {
      folder.begin();
      return grammar
          ? GrammarFiles.write(config, context.progress(), folder)
          : TaskFiles.write(config, context.progress(), folder);
    } catch (IOException | RuntimeException | FSError e) {
      // Of a full disk Hadoop's local file system says so in an error.
      folder.discard();
      throw e;
    }
  }

  private static ExampleFolder folder(ExampleConfig config, Configuration hadoop)
      throws IOException {
    Path path = Paths.of(config.output());
    return new ExampleFolder(path.getFileSystem(hadoop), path);
  }

  @Override
  public String summary(ExampleConfig config, ExampleResult result) {
    return result instanceof TaskResult task
        ? TaskFiles.summary(config, task)
        : GrammarFiles.summary(config, (GrammarResult) result);
  }
}
