package org.seqlm.job.bench.corpus;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.seqlm.UserException;
import org.seqlm.bench.subword.SubwordBench;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.kernels.Processor;
import org.seqlm.store.Paths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench tokenizer}. It needs no Spark. */
@Command(
    name = "tokenizer",
    description = {
      "Measures cutting a text into subwords with one thread, in turns: ours, and Hugging Face's"
          + " own library where it is there, with -- --packages"
          + " ai.djl.huggingface:tokenizers:0.38.0.",
      "",
      "Example: seqlm bench tokenizer --tokenizer tokenizer.json --input text.txt"
    })
public final class BenchTokenizerCommand
    extends JobCommand<BenchTokenizerConfig, BenchTokenizerCommand.Result> {

  /**
   * What was measured.
   *
   * @param processor kind of this machine's
   */
  record Result(String processor, SubwordBench.Result measured) {}

  @Option(names = "--tokenizer", paramLabel = "FILE", description = "A tokenizer.json.")
  String tokenizer;

  @Option(names = "--input", paramLabel = "FILE", description = "A local text, plain or gz.")
  String input;

  @Option(
      names = "--turns",
      paramLabel = "N",
      description = "Of both, one after the other; the table has medians (default: 5).")
  Integer turns;

  BenchTokenizerCommand() {
    super(BenchTokenizerConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("tokenizer", tokenizer).put("input", input).put("turns", turns);
  }

  @Override
  public String plan(BenchTokenizerConfig config, JobContext context) {
    return String.format(
        Locale.ROOT,
        "cut %s with %s in %d turns",
        config.input(),
        config.tokenizer(),
        config.turns());
  }

  @Override
  public Result run(BenchTokenizerConfig config, JobContext context) throws IOException {
    org.apache.hadoop.fs.Path path = Paths.of(config.tokenizer());
    byte[] json;
    try (InputStream in = path.getFileSystem(context.hadoop()).open(path)) {
      json = in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw UserException.data("--tokenizer " + config.tokenizer() + " does not exist", e);
    }
    return new Result(
        Processor.kind(),
        SubwordBench.run(
            json,
            config.tokenizer(),
            java.nio.file.Path.of(config.input()),
            config.turns(),
            context.progress()));
  }

  @Override
  public String summary(BenchTokenizerConfig config, Result result) {
    SubwordBench.Result measured = result.measured();
    TextTable table = new TextTable("", "s", "CPU s", "MB/CPU s", "tokens", "tokens/word");
    for (SubwordBench.Row row : measured.rows()) {
      table.row(
          row.name(),
          String.format(Locale.ROOT, "%.3f", row.seconds()),
          row.cpuSeconds() == null ? "-" : String.format(Locale.ROOT, "%.3f", row.cpuSeconds()),
          row.cpuSeconds() == null
              ? "-"
              : String.format(Locale.ROOT, "%.2f", measured.bytes() / row.cpuSeconds() / 1e6),
          String.format(Locale.ROOT, "%,d", row.tokens()),
          String.format(
              Locale.ROOT, "%.3f", (double) row.tokens() / Math.max(1, measured.words())));
    }
    return String.format(
            Locale.ROOT,
            "%non %s; %,d lines of %,d bytes, %,d words between spaces; medians of %d%n%n",
            result.processor(),
            measured.lines(),
            measured.bytes(),
            measured.words(),
            config.turns())
        + table
        + (measured.differentLines() == null
            ? "\nHugging Face's library is not there: end the command with -- --packages"
                + " ai.djl.huggingface:tokenizers:0.38.0\n"
            : String.format(
                Locale.ROOT, "%nlines with other ids: %,d%n", measured.differentLines()));
  }
}
