package org.seqlm.job.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.bench.score.ScoreBench;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.kernels.Processor;
import org.seqlm.spark.models.PathModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench score}. It needs no Spark. */
@Command(
    name = "score",
    description = {
      "Measures scoring a text with forms of one model, in turns: tokens a second of processor"
          + " time, and wall time, with one thread and several; with --kenlm also KenLM's query.",
      "",
      "Ours run in this process, on a text in memory, after a turn that does not count. KenLM's"
          + " are a process each, of which all counts.",
      "",
      "Example: seqlm bench score --model lm.arpa --model lm.seqlm --input test.txt --threads 1,2"
    })
final class BenchScoreCommand extends JobCommand<BenchScoreConfig, BenchScoreCommand.Result> {

  /**
   * What was measured.
   *
   * @param processor kind of this machine's
   * @param processors how many it has
   * @param rows a form and a number of threads each
   */
  record Result(String processor, int processors, List<ScoreBench.Row> rows) {}

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description = "A form of the model; may be repeated.")
  List<String> model;

  @Option(names = "--input", paramLabel = "FILE", description = "A local text, plain or gz.")
  String input;

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      description = "Numbers of threads, with commas (default: 1,2).")
  List<Integer> threads;

  @Option(
      names = "--turns",
      paramLabel = "N",
      description = "Of everybody, one after the other; the table has medians (default: 3).")
  Integer turns;

  @Option(names = "--kenlm", paramLabel = "FILE", description = "KenLM's program query.")
  String kenlm;

  @Option(
      names = "--kenlm-model",
      paramLabel = "FILE",
      description = "What KenLM's build_binary wrote; may be repeated. --input must be plain then.")
  List<String> kenlmModel;

  BenchScoreCommand() {
    super(BenchScoreConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("model", model)
        .put("input", input)
        .put("threads", threads)
        .put("turns", turns)
        .put("kenlm", kenlm)
        .put("kenlm-model", kenlmModel);
  }

  @Override
  public String plan(BenchScoreConfig config, JobContext context) {
    return String.format(
        Locale.ROOT,
        "measure %d forms with %s threads in %d turns",
        config.model().size() + config.kenlmModel().size(),
        config.threads(),
        config.turns());
  }

  @Override
  public Result run(BenchScoreConfig config, JobContext context) throws IOException {
    List<ScoreBench.Form> forms = new ArrayList<>();
    for (String path : config.model()) {
      PathModel opened = PathModel.open(context.hadoop(), path);
      forms.add(new ScoreBench.Form(path, opened.model(), opened.rules()));
    }
    return new Result(
        Processor.kind(),
        Runtime.getRuntime().availableProcessors(),
        ScoreBench.of(Path.of(config.input()))
            .run(
                forms,
                config.threads(),
                config.turns(),
                config.kenlm() == null ? null : Path.of(config.kenlm()),
                config.kenlmModel().stream().map(Path::of).toList(),
                context.progress()));
  }

  @Override
  public String summary(BenchScoreConfig config, Result result) {
    TextTable table =
        new TextTable("", "threads", "s", "CPU s", "tokens/CPU s", "tokens/s", "perplexity");
    for (ScoreBench.Row row : result.rows()) {
      table.row(
          row.name(),
          Integer.toString(row.threads()),
          String.format(Locale.ROOT, "%.2f", row.seconds()),
          format("%.2f", row.cpuSeconds()),
          format("%,.0f", row.tokensPerCpuSecond()),
          String.format(Locale.ROOT, "%,.0f", row.tokens() / row.seconds()),
          format("%.4f", row.perplexity()));
    }
    return String.format(
            Locale.ROOT,
            "%non %d processors, %s; %,d tokens; medians of %d%n%n",
            result.processors(),
            result.processor(),
            result.rows().get(0).tokens(),
            config.turns())
        + table;
  }

  private static String format(String format, Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }
}
