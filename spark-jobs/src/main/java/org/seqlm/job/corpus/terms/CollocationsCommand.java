package org.seqlm.job.corpus.terms;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.analysis.TableOptions;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.job.cli.TextTable;
import org.seqlm.job.ngrams.CountedInputs;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.report.page.Figures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm corpus collocations}. */
@Command(
    name = "collocations",
    sortOptions = false,
    description = {
      "Finds words that belong together: n-grams of counts that appear more often than chance, or"
          + " what stands near some words of a text, by PMI, NPMI, log Dice, G2, t and"
          + " chi-squared.",
      "",
      "Examples: seqlm corpus collocations --counts out/ngrams --order 3 --null halves --output"
          + " out/collocations",
      "seqlm corpus collocations --around tea,coffee --span 5 --input 'books/*.txt' --output"
          + " out/tea"
    })
public final class CollocationsCommand extends JobCommand<CollocationsConfig, CollocationsResult> {
  /** Rows of the terminal's table. */
  private static final int SHOWN = 25;

  @Option(
      names = "--counts",
      paramLabel = "DIR",
      description = "Counted n-grams: a folder of seqlm ngrams or counts. No text is read.")
  String counts;

  @Option(
      names = "--order",
      paramLabel = "N",
      description = "Words of an n-gram, 2 to 5 (default: 2).")
  Integer order;

  @Option(
      names = "--null",
      paramLabel = "words|halves",
      description =
          "What n-grams of three words and more are held against: independent words, or a beginning"
              + " and an end that are independent (default: halves).")
  String nullModel;

  @Option(
      names = "--around",
      paramLabel = "WORD",
      split = ",",
      description = "Instead of all n-grams: what stands near these words of a text.")
  List<String> around;

  @Option(
      names = "--span",
      paramLabel = "K",
      description = "Tokens on either side of a word that are near it (default: 5).")
  Integer span;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "The text of --around: files, folders and globs on any Hadoop path.")
  List<String> input;

  @Option(
      names = "--tokenizer",
      paramLabel = "char|word|whitespace|chain:FILE",
      description = "How the text is cut into tokens (default: word).")
  String tokenizer;

  @Option(names = "--lowercase", description = "Make all letters of the text lower-case.")
  boolean lowercase;

  @Option(
      names = "--measure",
      paramLabel = "NAME",
      description =
          "What rows are ordered by: pmi, npmi, mi3, log-dice, g2, t, chi2 or chi2-yates (default:"
              + " npmi).")
  String measure;

  @Option(names = "--top", paramLabel = "N", description = "Rows, of each word (default: 100).")
  Integer top;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description = "How often words must appear together (default: 20 in counts, 5 in a text).")
  Long minCount;

  @Option(
      names = "--min-documents",
      paramLabel = "N",
      description = "With --around: in how many documents (default: 3).")
  Long minDocuments;

  @Option(names = "--all", description = "Also write all that are frequent enough, as a table.")
  boolean all;

  @Mixin private TextOptions text = new TextOptions();

  @Mixin private TableOptions tables = new TableOptions();

  public CollocationsCommand() {
    super(CollocationsConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("counts", counts)
        .put("order", order)
        .put("null-model", nullModel)
        .put("around", around)
        .put("span.left", span)
        .put("span.right", span)
        .put("input.paths", input)
        .put("tokenizer.kind", tokenizer)
        .put("tokenizer.letter-case", lowercase ? "lower" : null)
        .put("measure", measure)
        .put("top", top)
        .put("min-count", minCount)
        .put("min-documents", minDocuments)
        .put("all", all ? true : null);
    text.put(overrides);
    tables.put(overrides);
  }

  @Override
  public String plan(CollocationsConfig config, JobContext context) throws IOException {
    if (config.counts() != null) {
      return "read the "
          + config.order()
          + "-grams of "
          + CountedInputs.describe(List.of(open(config, context)))
          + "\nwrite "
          + config.output();
    }
    CorpusSource source = config.input().source(config.input().paths());
    return CorpusPlan.of(context.hadoop(), source).describe()
        + "\nlook around "
        + String.join(", ", Nodes.of(config.around(), config.tokenizer()))
        + "\nwrite "
        + config.output();
  }

  private static NgramArtifact open(CollocationsConfig config, JobContext context)
      throws IOException {
    NgramArtifact counts = CountedInputs.one(context.hadoop(), config.counts());
    if (counts.details().order() < config.order()) {
      throw UserException.configuration(
          "order is "
              + config.order()
              + ", but "
              + config.counts()
              + " was counted up to order "
              + counts.details().order()
              + ": give a lower --order, or count the text again with --order "
              + config.order());
    }
    return counts;
  }

  @Override
  public CollocationsResult run(CollocationsConfig config, JobContext context) throws IOException {
    return config.counts() != null
        ? new NgramCollocationsJob(config, context).run(open(config, context))
        : new SpanCollocationsJob(config, context).run();
  }

  @Override
  public String summary(CollocationsConfig config, CollocationsResult result) {
    String measure = CollocationText.title(config.measure());
    StringBuilder out = new StringBuilder();
    if (config.counts() != null) {
      out.append(
          String.format(
              Locale.ROOT,
              "%s: %,d %d-grams, %,d different ones appear %,d times or more%n%n",
              config.counts(),
              result.windows(),
              config.order(),
              result.candidates(),
              config.minCount()));
      TextTable table = new TextTable("rank", "words", "count", "expected", measure);
      int rank = 0;
      for (CollocationsResult.Found one : first(result.top())) {
        table.row(
            Integer.toString(++rank),
            String.join(" ", one.words()),
            String.format(Locale.ROOT, "%,d", one.count()),
            Figures.significant(one.expected()),
            Figures.significant(one.measure()));
      }
      out.append(table);
    } else {
      out.append(
          String.format(
              Locale.ROOT,
              "%,d pairs of a word with one near it appear %,d times or more, in %,d documents or"
                  + " more%n%n",
              result.candidates(),
              config.minCount(),
              config.minDocuments()));
      TextTable table =
          new TextTable("around", "word", "count", "left", "right", "expected", measure);
      for (CollocationsResult.Found one : first(result.top())) {
        table.row(
            one.words().get(0),
            one.words().get(1),
            String.format(Locale.ROOT, "%,d", one.count()),
            String.format(Locale.ROOT, "%,d", one.left()),
            String.format(Locale.ROOT, "%,d", one.right()),
            Figures.significant(one.expected()),
            Figures.significant(one.measure()));
      }
      out.append(table);
    }
    return out.append("\ntables and section of the report: ").append(result.output()).toString();
  }

  private static List<CollocationsResult.Found> first(List<CollocationsResult.Found> all) {
    return all.subList(0, Math.min(SHOWN, all.size()));
  }
}
