package org.seqlm.job.samples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.spark.samples.TrainingSpans;
import org.seqlm.verbatim.RareSpans;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm check-samples}. */
@Command(
    name = "check-samples",
    description = {
      "Finds what samples of generated text have word for word from the training text, where it is"
          + " rare there: a model that learnt somebody's sentence by heart should not publish it.",
      "",
      "Example: seqlm check-samples --input samples.jsonl --against dataset --json checked.json"
    })
public final class CheckSamplesCommand
    extends JobCommand<CheckSamplesConfig, CheckSamplesCommand.Result> {

  /**
   * A checked sample.
   *
   * @param path of its file
   * @param record its first record's place in the file, from 1
   * @param tokens of it
   * @param publishable whether nothing of it is rare
   * @param text of it, without its last line end; what stands in its place where it is withheld
   * @param rare stretches, by their places
   */
  record Checked(
      String path,
      long record,
      int tokens,
      boolean publishable,
      String text,
      List<RareSpans.Stretch> rare) {}

  /**
   * What came of all.
   *
   * @param samples checked
   * @param withheld of them
   * @param length tokens of a span
   * @param minCount a span that stands in the training text less often is rare
   * @param trainingTokens that they were held against
   * @param checked the samples in their order
   */
  record Result(
      int samples,
      int withheld,
      int length,
      int minCount,
      long trainingTokens,
      List<Checked> checked) {}

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "The samples: files, folders and globs of text; a document is a sample.")
  List<String> input;

  @Option(
      names = "--against",
      paramLabel = "DATASET",
      description =
          "A folder written by seqlm prepare, whose train split they are held against. Give several"
              + " for a model that was trained on several.")
  List<String> against;

  @Option(
      names = "--length",
      paramLabel = "L",
      description = "Tokens of a span (default: 8 of words, 40 of characters).")
  Integer length;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description = "A span that stands there less often is rare (default: 5).")
  Integer minCount;

  @Option(
      names = "--format",
      paramLabel = "auto|text|jsonl|parquet|warc",
      description = "How the files hold their text (default: auto, by extension).")
  String format;

  @Mixin private TextOptions text = new TextOptions();

  CheckSamplesCommand() {
    super(CheckSamplesConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input.paths", input)
        .put("input.format", format)
        .put("against", against)
        .put("length", length)
        .put("min-count", minCount);
    text.put(overrides);
  }

  private static List<Dataset> datasets(CheckSamplesConfig config, JobContext context)
      throws IOException {
    List<Dataset> datasets = new ArrayList<>();
    for (String path : config.against()) {
      datasets.add(Dataset.open(context.hadoop(), path));
    }
    return datasets;
  }

  private static long tokens(List<Dataset> datasets) {
    return datasets.stream().mapToLong(dataset -> dataset.tokens(Split.TRAIN)).sum();
  }

  @Override
  public String plan(CheckSamplesConfig config, JobContext context) throws IOException {
    List<Dataset> datasets = datasets(config, context);
    int samples = SampleTexts.read(context.hadoop(), config.input(), context.progress()).size();
    return String.format(
        Locale.ROOT,
        "hold %,d samples against %,d tokens of %s",
        samples,
        tokens(datasets),
        String.join(" ", config.against()));
  }

  @Override
  public Result run(CheckSamplesConfig config, JobContext context) throws IOException {
    List<Dataset> datasets = datasets(config, context);
    List<SampleTexts.Sample> samples =
        SampleTexts.read(context.hadoop(), config.input(), context.progress());
    List<RareSpans> found =
        TrainingSpans.find(
            context.sparkContext(),
            datasets,
            samples.stream().map(sample -> sample.text() + sample.end()).toList(),
            config.length(),
            config.minCount());
    List<Checked> checked = new ArrayList<>();
    int withheld = 0;
    for (int s = 0; s < samples.size(); s++) {
      SampleTexts.Sample sample = samples.get(s);
      RareSpans spans = found.get(s);
      withheld += spans.publishable() ? 0 : 1;
      checked.add(
          new Checked(
              sample.path(),
              sample.record(),
              spans.tokens(),
              spans.publishable(),
              spans.publishable() ? sample.text() : spans.withheld(),
              spans.rare()));
    }
    return new Result(
        samples.size(),
        withheld,
        found.get(0).rules().length(),
        config.minCount(),
        tokens(datasets),
        checked);
  }

  @Override
  public String summary(CheckSamplesConfig config, Result result) {
    StringBuilder text = new StringBuilder();
    for (Checked sample : result.checked()) {
      if (!sample.publishable()) {
        text.append(sample.path())
            .append(", record ")
            .append(sample.record())
            .append(": ")
            .append(sample.text())
            .append('\n');
      }
    }
    text.append(
        String.format(
            Locale.ROOT,
            "checked    %,d samples against %,d training tokens, spans of %d%n",
            result.samples(),
            result.trainingTokens(),
            result.length()));
    text.append(String.format(Locale.ROOT, "withheld   %,d%n", result.withheld()));
    return text.toString();
  }
}
