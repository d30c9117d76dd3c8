package org.seqlm.job.drift;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.drift.ChampionScore;
import org.seqlm.drift.DocumentWords;
import org.seqlm.drift.DriftReport;
import org.seqlm.drift.NewNgrams;
import org.seqlm.drift.NewWord;
import org.seqlm.drift.UnigramDivergence;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.job.cli.TextTable;
import org.seqlm.job.ngrams.CountedInputs;
import org.seqlm.spark.drift.DatasetSample;
import org.seqlm.spark.drift.TextSample;
import org.seqlm.spark.models.PathModel;
import org.seqlm.vocab.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm drift}. */
@Command(
    name = "drift",
    sortOptions = false,
    description = {
      "Tells how far new text is from the text of a dataset: unknown words, the Jensen-Shannon"
          + " divergence of the words beside what chance makes of it, the words that make most of"
          + " it, and, with --counts and --model, new n-grams and what a model makes of the text.",
      "",
      "Example: seqlm drift --from out/today --input text/dt=2026-11-30 --document line"
    })
public final class DriftCommand extends JobCommand<DriftConfig, DriftResult> {
  @Option(names = "--from", paramLabel = "DATASET", description = "What the old text became.")
  String from;

  @Option(
      names = "--split",
      paramLabel = "train|valid|test",
      description = "The split that new text is compared with (default: valid).")
  String split;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files, folders and globs of new text on any Hadoop path.")
  List<String> input;

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description = "Also score the new text with a model: whatever seqlm evaluate takes.")
  String model;

  @Option(
      names = "--counts",
      paramLabel = "DIR",
      description = "Also look its n-grams up in the old text's: a folder of seqlm ngrams.")
  String counts;

  @Mixin private TextOptions text = new TextOptions();

  public DriftCommand() {
    super(DriftConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("from", from)
        .put("split", split)
        .put("input.paths", input)
        .put("model", model)
        .put("counts", counts);
    text.put(overrides);
  }

  @Override
  public String plan(DriftConfig config, JobContext context) throws IOException {
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    Dataset dataset = Dataset.open(context.hadoop(), config.from());
    List<Integer> orders = orders(config, context);
    return plan.describe()
        + String.format(
            Locale.ROOT,
            "%ncompares up to %,d documents of it with as many of the %s split of %s (%,d)",
            config.sample().documents(),
            Json.name(config.split()),
            config.from(),
            dataset.details().splits().get(config.split()).documents())
        + (orders.isEmpty() ? "" : "\nlooks n-grams of orders " + orders + " up")
        + (config.model() == null ? "" : "\nscores it with " + config.model());
  }

  /** Those that the counts have. */
  private static List<Integer> orders(DriftConfig config, JobContext context) throws IOException {
    if (config.counts() == null) {
      return List.of();
    }
    int order = CountedInputs.one(context.hadoop(), config.counts()).details().order();
    List<Integer> orders = config.orders().stream().filter(one -> one <= order).toList();
    if (orders.isEmpty()) {
      throw UserException.configuration(
          "orders has none that --counts "
              + config.counts()
              + " has, which goes to "
              + order
              + ": give some of 2 to that");
    }
    return orders;
  }

  @Override
  public DriftResult run(DriftConfig config, JobContext context) throws IOException {
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    Dataset dataset = Dataset.open(context.hadoop(), config.from());
    List<Integer> orders = orders(config, context);
    PathModel champion =
        config.model() == null ? null : PathModel.open(context.hadoop(), config.model());
    Vocabulary vocabulary = dataset.vocabulary();
    int most = config.sample().documents();
    TextSample.Result fresh =
        TextSample.of(
            context.sparkContext(),
            plan,
            config.input(),
            dataset.details().rules(),
            vocabulary,
            most,
            config.seed(),
            config.partitions(),
            context.progress());
    if (fresh.tokens() == 0) {
      throw UserException.data(
          "the text "
              + String.join(" ", config.input().paths())
              + " has no tokens: give another --input");
    }
    List<DocumentWords> old =
        DatasetSample.of(
            context.sparkContext(),
            dataset,
            config.split(),
            most,
            config.seed(),
            config.partitions(),
            context.progress());
    UnigramDivergence divergence =
        old.isEmpty() || fresh.documents().isEmpty()
            ? null
            : UnigramDivergence.of(
                old, fresh.documents(), vocabulary.size(), config.sample(), config.seed());
    DriftModels models = new DriftModels(config, context, plan, dataset);
    List<NewNgrams> ngrams = new ArrayList<>();
    for (int order : orders) {
      ngrams.add(models.ngrams(order));
    }
    DriftReport report =
        new DriftReport(
            fresh.total().records(),
            fresh.total().documents(),
            fresh.tokens(),
            fresh.unknown(),
            (double) fresh.unknown() / fresh.tokens(),
            dataset.details().splits().get(config.split()).unknownRate(),
            divergence,
            NewWord.of(fresh.documents(), config.sample().shown()),
            ngrams,
            champion == null ? null : models.champion(champion));
    List<DriftResult.Word> words =
        divergence == null
            ? List.of()
            : divergence.top().stream()
                .map(word -> new DriftResult.Word(vocabulary.token(word.id()), word))
                .toList();
    return new DriftResult(
        config.from(),
        dataset.fingerprint(),
        config.input().paths(),
        fresh.total().fingerprint(),
        fresh.content(),
        report,
        words);
  }

  @Override
  public String summary(DriftConfig config, DriftResult result) {
    DriftReport report = result.report();
    StringBuilder out = new StringBuilder();
    line(
        out,
        "new text",
        "%,d tokens in %,d %s",
        report.tokens(),
        report.documents(),
        report.documents() == 1 ? "document" : "documents");
    line(
        out,
        "unknown",
        "%.3f %% of the tokens, %.3f %% in the %s split",
        100 * report.unknownRate(),
        100 * report.oldUnknownRate(),
        Json.name(config.split()));
    divergence(out, report.divergence());
    for (NewNgrams one : report.newNgrams()) {
      line(
          out,
          "new " + one.order() + "-grams",
          "%.3f %% of %,d tokens end one%s",
          100 * one.share(),
          one.tokens(),
          one.oldShare() == null
              ? ""
              : String.format(
                  Locale.ROOT,
                  ", %.3f %% in the %s split",
                  100 * one.oldShare(),
                  Json.name(config.split())));
    }
    if (report.champion() != null) {
      ChampionScore champion = report.champion();
      if (champion.perplexity() == null) {
        line(out, "model", "excludes some of the tokens");
      } else {
        line(
            out,
            "model",
            "perplexity %.4f, %.4f bits a character",
            champion.perplexity(),
            champion.bitsPerCharacter());
        if (champion.oldPerplexity() != null) {
          line(
              out,
              "",
              "perplexity %.4f, %.4f bits a character in the %s split",
              champion.oldPerplexity(),
              champion.oldBitsPerCharacter(),
              Json.name(config.split()));
        }
      }
    }
    if (!result.words().isEmpty()) {
      TextTable table =
          new TextTable("word", "old %", "new %", "old docs", "new docs", "millibits", "p");
      for (DriftResult.Word word : result.words()) {
        UnigramDivergence.WordShift shift = word.shift();
        table.row(
            shown(word.word()),
            String.format(Locale.ROOT, "%.4f", 100 * shift.oldShare()),
            String.format(Locale.ROOT, "%.4f", 100 * shift.newShare()),
            String.format(Locale.ROOT, "%,d", shift.oldDocuments()),
            String.format(Locale.ROOT, "%,d", shift.newDocuments()),
            String.format(Locale.ROOT, "%.3f", 1000 * shift.bits()),
            shift.p() == null ? "" : String.format(Locale.ROOT, "%.3g", shift.p()));
      }
      out.append("\nwords that make most of the divergence (p holds for all words together):\n")
          .append(table);
    }
    if (!report.newWords().isEmpty()) {
      TextTable table = new TextTable("unknown word", "documents", "times");
      for (NewWord word : report.newWords()) {
        table.row(
            shown(word.word()),
            String.format(Locale.ROOT, "%,d", word.documents()),
            String.format(Locale.ROOT, "%,d", word.count()));
      }
      out.append("\nunknown words in most of the sampled new documents:\n").append(table);
    }
    if (config.split() == Split.TRAIN) {
      out.append(
          "\nnote: the vocabulary was made of the train split, so new text of the same kind has"
              + " more unknown words than it: compare with valid or test\n");
    }
    return out.toString();
  }

  private static void divergence(StringBuilder out, UnigramDivergence found) {
    if (found == null) {
      line(out, "divergence", "none: a side has no document with a word");
      return;
    }
    line(
        out,
        "divergence",
        "%.5f bits (%,d old documents of %,d words, %,d new ones of %,d; %,d words told apart)",
        found.bits(),
        found.oldDocuments(),
        found.oldWords(),
        found.newDocuments(),
        found.newWords(),
        found.words());
    UnigramDivergence.Chance chance = found.chance();
    if (chance == null) {
      line(
          out,
          "by chance",
          found.oldDocuments() < 2 || found.newDocuments() < 2
              ? "not known: it takes 2 documents a side (--document line makes smaller ones)"
              : "not asked for");
    } else {
      line(
          out,
          "by chance",
          "%.5f on average, up to %.5f in 95 of 100 (%,d permutations)",
          chance.mean(),
          chance.quantile95(),
          chance.permutations());
      line(out, "excess", "%.5f bits, p = %.3g", chance.excess(), chance.p());
    }
  }

  private static void line(StringBuilder out, String name, String format, Object... values) {
    out.append(String.format(Locale.ROOT, "%-11s ", name))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  /** What a terminal would not show. */
  private static String shown(String word) {
    return word.isBlank() ? Json.line(word).strip() : word;
  }
}
