package org.seqlm.job.corpus.concordance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.job.analysis.TableOptions;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.job.ngrams.CountedInputs;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.spark.concordance.PhraseTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm corpus phrases}. */
@Command(
    name = "phrases",
    sortOptions = false,
    description = {
      "Lists the closed n-grams of counts: those that no n-gram one word longer contains as often,"
          + " and of these the maximal ones, which no frequent n-gram contains. What is left out"
          + " is told by a longer phrase as well.",
      "",
      "Example: seqlm corpus phrases --input out/ngrams --output out/phrases"
    })
public final class PhrasesCommand extends JobCommand<PhrasesConfig, PhrasesResult> {
  private static final int SHOWN = 20;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      description = "Counts: a folder of seqlm ngrams or counts, of order 3 or more.")
  String input;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description = "Occurrences that an n-gram must have (default: 20).")
  Long minCount;

  @Mixin private TableOptions tables = new TableOptions();

  public PhrasesCommand() {
    super(PhrasesConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("input", input).put("min-count", minCount);
    tables.put(overrides);
  }

  @Override
  public String plan(PhrasesConfig config, JobContext context) throws IOException {
    return "read " + CountedInputs.describe(List.of(open(config, context)));
  }

  private static NgramArtifact open(PhrasesConfig config, JobContext context) throws IOException {
    NgramArtifact counts = CountedInputs.one(context.hadoop(), config.input());
    if (counts.details().order() < 3) {
      throw UserException.configuration(
          config.input()
              + " has n-grams up to order "
              + counts.details().order()
              + ", but those of 2 words are judged by those of 3: count with --order 3 or more");
    }
    return counts;
  }

  @Override
  public PhrasesResult run(PhrasesConfig config, JobContext context) throws IOException {
    NgramArtifact counts = open(config, context);
    try (AnalysisWriter writer =
            AnalysisWriter.create(
                context.hadoop(), config.output(), context.overwrite(), config.formats());
        JobContext.Awaited tasks = context.awaitTasks()) {
      PhraseTable.Result found =
          PhraseTable.write(
              context.sparkContext(),
              counts,
              config.minCount(),
              config.partitions(),
              writer.folder(),
              writer.formats(),
              context.progress());
      writer.add(PhraseTable.SCHEMA, found.files(), found.rows(), found.shown());
      writer.publish(
          details(config, counts.details().order(), found),
          Map.of("counts", counts.artifact().manifest().fingerprint()),
          config,
          config.seed());
      return new PhrasesResult(
          config.input(),
          found.orders(),
          found.rows(),
          found.shown().stream().limit(SHOWN).toList(),
          config.output());
    }
  }

  private static AnalysisDetails details(
      PhrasesConfig config, int order, PhraseTable.Result found) {
    List<AnalysisDetails.Fact> facts = new ArrayList<>();
    for (PhraseTable.Order one : found.orders()) {
      facts.add(
          new AnalysisDetails.Fact(
              one.order() + "-grams",
              String.format(
                  Locale.ROOT,
                  "%,d frequent, %,d closed, %,d maximal",
                  one.frequent(),
                  one.closed(),
                  one.maximal())));
    }
    return new AnalysisDetails(
        "phrases",
        "Phrases",
        facts,
        List.of(),
        List.of(),
        List.of(
            "Closed: no n-gram with one more word before or behind stands as often (Pasquier et al."
                + " 1999, of sets).",
            "Maximal: no n-gram that contains it is frequent."),
        List.of(
            String.format(
                Locale.ROOT,
                "Frequent: %,d times or more. %d-grams, the longest that were counted, judge the"
                    + " shorter ones and are not judged themselves. N-grams with the beginning or"
                    + " end of a line, or an unknown word, are left out.",
                config.minCount(),
                order)));
  }

  @Override
  public String summary(PhrasesConfig config, PhrasesResult result) {
    TextTable orders = new TextTable("order", "frequent", "closed", "maximal");
    for (PhraseTable.Order one : result.orders()) {
      orders.row(
          Integer.toString(one.order()),
          String.format(Locale.ROOT, "%,d", one.frequent()),
          String.format(Locale.ROOT, "%,d", one.closed()),
          String.format(Locale.ROOT, "%,d", one.maximal()));
    }
    StringBuilder out = new StringBuilder(orders.toString());
    if (!result.top().isEmpty()) {
      TextTable top = new TextTable("closed n-gram", "count", "maximal");
      for (List<Object> row : result.top()) {
        top.row(
            row.get(0).toString(),
            String.format(Locale.ROOT, "%,d", (Long) row.get(2)),
            row.get(3).toString());
      }
      out.append('\n').append(top);
    }
    return out.append(
            String.format(
                Locale.ROOT, "%n%,d closed n-grams in %s%n", result.closed(), result.output()))
        .toString();
  }
}
