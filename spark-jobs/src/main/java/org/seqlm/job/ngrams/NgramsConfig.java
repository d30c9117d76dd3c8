package org.seqlm.job.ngrams;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.model.ModelSelector;
import org.seqlm.ngram.smooth.DiscountFallback;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.smooth.SmoothingRules;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.VocabularyLimits;

/**
 * What to count; {@code conf/ngrams.yaml} explains every key.
 *
 * @param input a text, or one folder that holds a dataset
 * @param split of a dataset
 * @param tokenizer of a text
 * @param vocabulary of a text
 * @param add counts that the text is added to; null for none
 * @param output folder
 * @param order N, the longest n-gram
 * @param boundary how far an n-gram may reach
 * @param top rows an order in the table of the most frequent n-grams
 * @param countsOfCounts the largest count of the counts of counts
 * @param model to estimate
 * @param export other forms of the result
 * @param slices that the counts are cut into; 0 for as many as the text is large
 */
public record NgramsConfig(
    CorpusSource input,
    Split split,
    TextRules tokenizer,
    VocabularyLimits vocabulary,
    String add,
    String output,
    int order,
    Boundary boundary,
    int top,
    int countsOfCounts,
    Model model,
    Export export,
    int slices,
    long seed,
    int partitions)
    implements JobConfig {

  /** Beyond this order every n-gram of a real text is its own. */
  public static final int HIGHEST_ORDER = 16;

  /** Of as many as a text is large, and of as many as are asked for. */
  public static final int MOST_SLICES = 16_384;

  public NgramsConfig {
    new Problems()
        .present("split", split, "give train, valid or test")
        .present("output", output, "give --output DIR")
        .inRange("order", order, 1, HIGHEST_ORDER)
        .present("boundary", boundary, "give --boundary line, document or stream")
        .inRange("top", top, 0, 1_000_000)
        .inRange("counts-of-counts", countsOfCounts, 1, 1_000_000)
        .inRange("slices", slices, 0, MOST_SLICES)
        .inRange("partitions", partitions, 0, 1_000_000)
        .require(
            add == null || VocabularyLimits.NONE.equals(vocabulary),
            "counts that are added up keep every word: leave out vocabulary.max-size and"
                + " vocabulary.min-count, and cut the result with seqlm counts restrict")
        .require(
            add == null || boundary != Boundary.STREAM,
            "n-grams of boundary stream would go on from the text that was counted before into this"
                + " one: give --boundary line or document, or leave out --add")
        .present("export", export, "give its keys, null for forms that are not wanted")
        .require(
            export == null
                || export.arpa() == null
                || model.estimator() == null
                || model.estimator().backsOff(),
            "an ARPA file holds a model that backs off, but --estimator is "
                + (model.estimator() == null ? null : model.estimator().title())
                + ": give --estimator kneser-ney, or leave out --arpa")
        .require(
            model.estimator() == null || model.estimator().backsOff() || !model.prunes(),
            "model.prune and model.limit-vocabulary leave n-grams out of a model that backs off,"
                + " but --estimator "
                + (model.estimator() == null ? null : model.estimator().title())
                + " takes all counts as they are: leave out --prune and --limit-vocabulary, or give"
                + " --estimator kneser-ney; vocabulary.min-count makes rare words unknown to all")
        .require(
            order < 1 || model.prune().size() <= order,
            "model.prune has "
                + model.prune().size()
                + " thresholds, but the order is "
                + order
                + ": give at most one an order, the last holds for all above")
        .throwIfAny();
  }

  /**
   * The model to estimate, which is also the one to use where no other is named.
   *
   * @param estimator how counts become probabilities
   * @param discountFallback what to do where counts of counts give no discounts
   * @param addK k of {@link Estimator#ADD_K}
   * @param alpha of stupid back-off
   * @param lambda of Jelinek-Mercer
   * @param gtmax k of Katz
   * @param prune the count that an n-gram of each order must exceed; the last holds for all above
   * @param limitVocabulary a file of words, null for all
   */
  public record Model(
      Estimator estimator,
      DiscountFallback discountFallback,
      double addK,
      double alpha,
      double lambda,
      int gtmax,
      List<Long> prune,
      String limitVocabulary) {
    public Model {
      prune = prune == null || prune.isEmpty() ? List.of(0L) : List.copyOf(prune);
      Problems problems =
          new Problems()
              .present("model.estimator", estimator, "give --estimator kneser-ney")
              .positive("model.add-k", addK);
      for (int i = 0; i < prune.size(); i++) {
        problems.require(
            prune.get(i) >= 0, "model.prune must be 0 or greater for each order, but is " + prune);
        problems.require(
            i == 0 || prune.get(i) >= prune.get(i - 1),
            "model.prune must not fall from one order to the next, or n-grams would stay whose"
                + " parts do not, but is "
                + prune);
      }
      problems.throwIfAny();
    }

    /** Whether it may leave out n-grams that were counted. */
    boolean prunes() {
      return limitVocabulary != null || prune.stream().anyMatch(threshold -> threshold > 0);
    }

    SmoothingRules smoothing() {
      return new SmoothingRules(estimator, discountFallback, alpha, lambda, gtmax);
    }
  }

  /**
   * Other forms of the result; null for what is not wanted.
   *
   * @param arpa a file
   * @param parquet a folder
   * @param tsv a folder
   */
  public record Export(String arpa, String parquet, String tsv) {
    /** The paths that are given, by their flags. */
    public Map<String, String> paths() {
      Map<String, String> paths = new LinkedHashMap<>();
      paths.put("--arpa", arpa);
      paths.put("--parquet", parquet);
      paths.put("--tsv", tsv);
      paths.values().removeIf(Objects::isNull);
      return paths;
    }
  }

  /**
   * The slices of a text of so many tokens: one for two million up to 64, then one for eight
   * million, up to 16384: few enough that parts of windows stay large, many enough that a slice is
   * a small task.
   */
  int slices(long tokens) {
    long wanted = Math.min(1 + tokens / 2_000_000, Math.max(64, tokens / 8_000_000));
    return slices > 0 ? slices : (int) Math.min(MOST_SLICES, wanted);
  }

  ModelSelector selector() {
    return new ModelSelector(model.estimator(), order, model.addK());
  }

  /** The same of a text that is cut by a dataset's rules. */
  public NgramsConfig with(TextRules rules) {
    return new NgramsConfig(
        input,
        split,
        rules,
        vocabulary,
        add,
        output,
        order,
        boundary,
        top,
        countsOfCounts,
        model,
        export,
        slices,
        seed,
        partitions);
  }

  /** What decides the counts' content, for their manifest: not where they lie or how many tasks. */
  public ObjectNode recorded() {
    ObjectNode tree = (ObjectNode) Json.tree(this);
    tree.remove("output");
    tree.remove("partitions");
    tree.remove("export");
    return tree;
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsText("--input", input.paths())
        .reads("--add", add)
        .reads("--limit-vocabulary", model.limitVocabulary())
        .writes("--output", output)
        .writes(export.paths());
  }
}
