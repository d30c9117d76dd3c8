package org.seqlm.job.bench.corpus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.bench.text.TextBench;
import org.seqlm.job.cli.ChainFiles;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.kernels.Processor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench text}. It needs no Spark. */
@Command(
    name = "text",
    description = {
      "Measures cutting a text into tokens with several tokenizers, in turns: megabytes that a"
          + " second of processor time cuts, and tokens.",
      "",
      "They run in this process, one thread, on a text in memory, after a turn that does not"
          + " count.",
      "",
      "Example: seqlm bench text --input test.txt --tokenizer word --tokenizer \"[nfkc, words]\""
    })
public final class BenchTextCommand extends JobCommand<BenchTextConfig, BenchTextCommand.Result> {

  /**
   * What was measured.
   *
   * @param processor kind of this machine's
   * @param rows a tokenizer each
   */
  record Result(String processor, List<TextBench.Row> rows) {}

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME|[STAGES]|chain:FILE",
      description = "char, word, whitespace, or stages of a chain; may be repeated.")
  List<String> tokenizer;

  @Option(names = "--input", paramLabel = "FILE", description = "A local text, plain or gz.")
  String input;

  @Option(
      names = "--turns",
      paramLabel = "N",
      description = "Of everybody, one after the other; the table has medians (default: 3).")
  Integer turns;

  BenchTextCommand() {
    super(BenchTextConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("tokenizers", tokenizer).put("input", input).put("turns", turns);
  }

  @Override
  public String plan(BenchTextConfig config, JobContext context) throws IOException {
    return String.format(
        Locale.ROOT,
        "measure %d tokenizers in %d turns",
        tokenizers(config, context).size(),
        config.turns());
  }

  private static List<TextBench.Named> tokenizers(BenchTextConfig config, JobContext context)
      throws IOException {
    List<TextBench.Named> named = new ArrayList<>();
    for (String given : config.tokenizers()) {
      named.add(new TextBench.Named(given, ChainFiles.rules(given, context.hadoop())));
    }
    return named;
  }

  @Override
  public Result run(BenchTextConfig config, JobContext context) throws IOException {
    List<TextBench.Named> tokenizers = tokenizers(config, context);
    return new Result(
        Processor.kind(),
        TextBench.of(Path.of(config.input())).run(tokenizers, config.turns(), context.progress()));
  }

  @Override
  public String summary(BenchTextConfig config, Result result) {
    TextTable table = new TextTable("", "MB/CPU s", "s", "CPU s", "tokens");
    for (TextBench.Row row : result.rows()) {
      table.row(
          row.name(),
          format("%.1f", row.megabytesPerCpuSecond()),
          String.format(Locale.ROOT, "%.2f", row.seconds()),
          format("%.2f", row.cpuSeconds()),
          String.format(Locale.ROOT, "%,d", row.tokens()));
    }
    return String.format(
            Locale.ROOT,
            "%non %s; %,d bytes; medians of %d%n%n",
            result.processor(),
            result.rows().get(0).bytes(),
            config.turns())
        + table;
  }

  private static String format(String format, Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }
}
