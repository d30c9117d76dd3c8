package org.seqlm.job.corpus.terms;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.analysis.TableOptions;
import org.seqlm.job.cli.ConfigText;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.job.cli.TextTable;
import org.seqlm.job.ngrams.CountedInputs;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.report.page.Figures;
import org.seqlm.spark.terms.KeynessCounting;
import org.seqlm.spark.terms.TermText;
import org.seqlm.spark.terms.TermText.FieldIs;
import org.seqlm.spark.terms.TermText.Taken;
import org.seqlm.terms.DocumentBootstrap;
import org.seqlm.terms.KeyTerm;
import org.seqlm.terms.KeynessMeasure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm corpus keyness}. */
@Command(
    name = "keyness",
    sortOptions = false,
    description = {
      "Finds the words that are more frequent in one corpus than in another: log-likelihood, log"
          + " ratio with an interval over documents, odds ratio, corrected for how many words were"
          + " tested; and how evenly each is spread.",
      "",
      "Examples: seqlm corpus keyness --input new/ --reference old/ --document line --output"
          + " out/keyness",
      "seqlm corpus keyness --input reviews.jsonl --by stars=5 --output out/five-stars"
    })
public final class KeynessCommand extends JobCommand<KeynessConfig, KeynessResult> {
  /** Rows of the terminal's table, of each side. */
  private static final int SHOWN = 20;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "The target: files, folders and globs of text on any Hadoop path.")
  List<String> input;

  @Option(
      names = "--reference",
      paramLabel = "PATH",
      arity = "1..*",
      description = "What it is held against, likewise.")
  List<String> reference;

  @Option(
      names = "--by",
      paramLabel = "FIELD=VALUE",
      description =
          "The target is the records of --input whose field has this value; without --reference"
              + " all others are the reference.")
  String by;

  @Option(
      names = "--counts",
      paramLabel = "DIR",
      description =
          "Instead of texts: counts of the target, a folder of seqlm ngrams or counts. They know no"
              + " documents, so there are no intervals.")
  String counts;

  @Option(
      names = "--reference-counts",
      paramLabel = "DIR",
      description = "Counts of the reference, with --counts.")
  String referenceCounts;

  @Option(
      names = "--tokenizer",
      paramLabel = "char|word|whitespace|chain:FILE",
      description = "How the texts are cut into tokens (default: word).")
  String tokenizer;

  @Option(names = "--lowercase", description = "Make all letters of the texts lower-case.")
  boolean lowercase;

  @Option(
      names = "--measure",
      paramLabel = "NAME",
      description =
          "What words are ordered by: g2, log-ratio, or log-ratio-bound, the end of the interval"
              + " that is nearer to 0 (default: g2).")
  String measure;

  @Option(names = "--top", paramLabel = "N", description = "Words of each side (default: 100).")
  Integer top;

  @Option(
      names = "--max-q",
      paramLabel = "Q",
      description = "Words that are listed have at most this q-value (default: 0.05).")
  Double maxQ;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description =
          "How often a word must stand in both together (default: 20 in counts, 5 in a text).")
  Long minCount;

  @Option(
      names = "--min-documents",
      paramLabel = "N",
      description = "In how many documents of both (default: 3).")
  Long minDocuments;

  @Option(
      names = "--bootstrap",
      paramLabel = "R",
      description = "How often documents are drawn for intervals; 0 for none (default: 1000).")
  Integer replicates;

  @Mixin private TextOptions text = new TextOptions();

  @Mixin private TableOptions tables = new TableOptions();

  public KeynessCommand() {
    super(KeynessConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input.paths", input)
        .put("reference", reference)
        .put("by", by)
        .put("counts", counts)
        .put("reference-counts", referenceCounts)
        .put("tokenizer.kind", tokenizer)
        .put("tokenizer.letter-case", lowercase ? "lower" : null)
        .put("measure", measure)
        .put("top", top)
        .put("max-q", maxQ)
        .put("min-count", minCount)
        .put("min-documents", minDocuments)
        .put("bootstrap.replicates", replicates);
    text.put(overrides);
    tables.put(overrides);
  }

  @Override
  public String plan(KeynessConfig config, JobContext context) throws IOException {
    if (config.counts() != null) {
      return "compare the words of "
          + CountedInputs.describe(opened(config, context))
          + "\nwrite "
          + config.output();
    }
    List<TermText> texts = texts(config, context);
    return "target: "
        + texts.get(0).plan().describe()
        + (config.by() == null ? "" : ", records with " + config.by())
        + "\nreference: "
        + (config.reference().isEmpty() ? "all other records" : texts.get(1).plan().describe())
        + "\nwrite "
        + config.output();
  }

  private static List<NgramArtifact> opened(KeynessConfig config, JobContext context)
      throws IOException {
    NgramArtifact target = CountedInputs.one(context.hadoop(), config.counts());
    NgramArtifact reference = CountedInputs.one(context.hadoop(), config.referenceCounts());
    if (!target.details().rules().equals(reference.details().rules())) {
      throw UserException.data(
          config.referenceCounts()
              + " was cut by the tokenizer "
              + ConfigText.shown(Json.tree(reference.details().rules()))
              + ", and "
              + config.counts()
              + " by "
              + ConfigText.shown(Json.tree(target.details().rules()))
              + ", so that their words are not the same: count one of them again");
    }
    return List.of(target, reference);
  }

  /** The target, then the reference. */
  private static List<TermText> texts(KeynessConfig config, JobContext context) throws IOException {
    CorpusSource target = config.input().source(config.input().paths());
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), target);
    List<TermText> texts = new ArrayList<>();
    texts.add(new TermText(plan, target, records(config, Taken.WITH_VALUE)));
    if (config.reference().isEmpty()) {
      texts.add(new TermText(plan, target, records(config, Taken.OTHERS)));
    } else {
      CorpusSource reference = config.input().source(config.reference());
      texts.add(new TermText(CorpusPlan.of(context.hadoop(), reference), reference, null));
    }
    return texts;
  }

  private static FieldIs records(KeynessConfig config, Taken taken) {
    if (config.by() == null) {
      return null;
    }
    int at = config.by().indexOf('=');
    return new FieldIs(config.by().substring(0, at), config.by().substring(at + 1), taken);
  }

  @Override
  public KeynessResult run(KeynessConfig config, JobContext context) throws IOException {
    try (AnalysisWriter analysis =
        AnalysisWriter.create(
            context.hadoop(), config.output(), context.overwrite(), config.formats())) {
      KeynessCounting.Result found;
      Map<String, String> inputs = new TreeMap<>();
      if (config.counts() != null) {
        List<NgramArtifact> counts = opened(config, context);
        found =
            KeynessCounting.ofCounts(
                context.sparkContext(),
                counts.get(0),
                counts.get(1),
                config.rules(),
                config.partitions(),
                context.progress());
        inputs.put("target", counts.get(0).artifact().manifest().fingerprint());
        inputs.put("reference", counts.get(1).artifact().manifest().fingerprint());
      } else {
        List<TermText> texts = texts(config, context);
        found =
            KeynessCounting.ofTexts(
                context.sparkContext(),
                texts.get(0),
                texts.get(1),
                config.tokenizer(),
                config.rules(),
                config.seed(),
                config.partitions(),
                context.progress());
        inputs.put("target", found.summaries().get(0).fingerprint());
        inputs.put("reference", found.summaries().get(1).fingerprint());
      }
      requireIntervals(config, found);
      KeynessText told = new KeynessText(config, found);
      told.write(analysis);
      Manifest manifest =
          analysis.publish(told.details(), inputs, config.recorded(), config.seed());
      return new KeynessResult(
          config.output(),
          manifest.fingerprint(),
          found.target().tokens(),
          found.reference().tokens(),
          found.target().documents(),
          found.reference().documents(),
          found.tested(),
          told.words(0),
          told.words(1));
    }
  }

  /** What is ordered by intervals has some. */
  private static void requireIntervals(KeynessConfig config, KeynessCounting.Result found) {
    long least = Math.min(found.target().documents(), found.reference().documents());
    if (config.measure() == KeynessMeasure.LOG_RATIO_BOUND
        && least < DocumentBootstrap.LEAST_DOCUMENTS) {
      throw UserException.data(
          "measure log-ratio-bound takes "
              + DocumentBootstrap.LEAST_DOCUMENTS
              + " documents on each side, but the "
              + (found.target().documents() == least ? "target" : "reference")
              + " has "
              + least
              + ": tell documents apart with --document, or give --measure g2");
    }
  }

  @Override
  public String summary(KeynessConfig config, KeynessResult result) {
    StringBuilder out =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "target %,d tokens%s, reference %,d tokens%s, %,d words tested%n",
                result.targetTokens(),
                documents(config, result.targetDocuments()),
                result.referenceTokens(),
                documents(config, result.referenceDocuments()),
                result.tested()));
    add(out, "more frequent in the target", result.target());
    add(out, "more frequent in the reference", result.reference());
    return out.append("\ntables and section of the report: ").append(result.output()).toString();
  }

  private static String documents(KeynessConfig config, long documents) {
    return config.counts() != null
        ? ""
        : String.format(Locale.ROOT, " in %,d documents", documents);
  }

  private static void add(StringBuilder out, String title, List<KeyTerm> words) {
    out.append('\n').append(title).append('\n');
    TextTable table =
        new TextTable(
            "word", "target", "reference", "G²", "log ratio", "from", "to", "q", "DP norm");
    for (KeyTerm term : words.subList(0, Math.min(SHOWN, words.size()))) {
      boolean known = term.evidence() != null && term.evidence().logRatio() != null;
      int side = term.counts().positive() ? 0 : 1;
      table.row(
          term.word(),
          String.format(Locale.ROOT, "%,d", term.counts().target()),
          String.format(Locale.ROOT, "%,d", term.counts().reference()),
          String.format(Locale.ROOT, "%,.1f", term.counts().logLikelihoodOfTable()),
          String.format(Locale.ROOT, "%.2f", term.counts().logRatio()),
          known ? String.format(Locale.ROOT, "%.2f", term.evidence().logRatio().low()) : "",
          known ? String.format(Locale.ROOT, "%.2f", term.evidence().logRatio().high()) : "",
          Figures.significant(term.q()).replace("−", "-"),
          term.evidence() == null
              ? ""
              : String.format(Locale.ROOT, "%.2f", term.evidence().spread()[side].normalisedDp()));
    }
    out.append(table.hasRows() ? table.toString() : "none\n");
  }
}
