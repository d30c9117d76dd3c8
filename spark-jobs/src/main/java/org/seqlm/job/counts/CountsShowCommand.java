package org.seqlm.job.counts;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.ngrams.CountedInputs;
import org.seqlm.ngram.files.CountedText;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.spark.ngrams.CountsDigest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm counts show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = {
      "Tells what counts hold: the texts that were counted, and of each order how many n-grams, <s>"
          + " and </s> among them, and a digest of all with their counts, which does not depend on"
          + " the words' numbers: counts with the same digests are the same.",
      "",
      "Example: seqlm counts show --input out/all"
    })
public final class CountsShowCommand extends JobCommand<CountsShowConfig, CountsShowResult> {
  /** Texts that are shown to people. */
  private static final int MOST_TEXTS = 40;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      description = "A folder of seqlm ngrams or counts.")
  String input;

  @Option(
      names = "--no-digest",
      description = "Read the manifest and the words' counts only, without Spark.")
  boolean noDigest;

  CountsShowCommand() {
    super(CountsShowConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("input", input).put("digest", noDigest ? false : null);
  }

  @Override
  public String plan(CountsShowConfig config, JobContext context) throws IOException {
    return "read "
        + CountedInputs.describe(List.of(CountedInputs.one(context.hadoop(), config.input())));
  }

  @Override
  public CountsShowResult run(CountsShowConfig config, JobContext context) throws IOException {
    NgramArtifact counts = CountedInputs.one(context.hadoop(), config.input());
    return new CountsShowResult(
        config.input(),
        counts.artifact().manifest().fingerprint(),
        counts.details(),
        counts.countedWords().types(),
        counts.texts().all(),
        config.digest() ? CountsDigest.of(context.sparkContext(), counts) : List.of());
  }

  @Override
  public String summary(CountsShowConfig config, CountsShowResult result) {
    NgramDetails details = result.details();
    StringBuilder out =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s: %,d %s tokens, %,d words, %,d tokens unknown, boundary %s, order %d%n",
                result.input(),
                details.tokens(),
                details.rules().title(),
                result.words(),
                details.unknown(),
                Json.name(details.boundary()),
                details.order()));
    out.append(
        String.format(Locale.ROOT, "%n%5s %14s  %-32s  %s%n", "times", "tokens", "corpus", "text"));
    List<CountedText> texts = result.texts();
    for (CountedText text : texts.subList(0, Math.min(MOST_TEXTS, texts.size()))) {
      out.append(
          String.format(
              Locale.ROOT,
              "%,5d %,14d  %-32s  %s%s%n",
              text.times(),
              text.tokens(),
              text.fingerprint() == null ? "not known" : text.fingerprint(),
              text.split() == null ? "" : text.split() + " split of ",
              text.source()));
    }
    if (texts.size() > MOST_TEXTS) {
      out.append(
          String.format(Locale.ROOT, "and %,d more: --json has all%n", texts.size() - MOST_TEXTS));
    }
    if (!result.orders().isEmpty()) {
      out.append(
          String.format(Locale.ROOT, "%n%5s %14s %14s  %s%n", "order", "types", "total", "digest"));
    }
    for (CountsDigest.Order one : result.orders()) {
      out.append(
          String.format(
              Locale.ROOT,
              "%5d %,14d %,14d  %s%n",
              one.order(),
              one.types(),
              one.total(),
              one.digest()));
    }
    return out.toString();
  }
}
