package org.seqlm.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.CorpusSource;
import org.seqlm.dataset.Split;
import org.seqlm.ngram.Boundary;
import org.seqlm.ngram.Estimator;
import org.seqlm.ngram.ModelSelector;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.VocabularyLimits;

/**
 * What to count; {@code conf/ngrams.yaml} explains every key.
 *
 * @param input a text, or one folder that holds a dataset
 * @param split of a dataset
 * @param tokenizer of a text
 * @param vocabulary of a text
 * @param output folder
 * @param order N, the longest n-gram
 * @param boundary how far an n-gram may reach
 * @param top rows an order in the table of the most frequent n-grams
 * @param countsOfCounts the largest count of the counts of counts
 * @param model the default one
 * @param slices that the counts are cut into; 0 for as many as the text is large
 */
record NgramsConfig(
    CorpusSource input,
    Split split,
    TextRules tokenizer,
    VocabularyLimits vocabulary,
    String output,
    int order,
    Boundary boundary,
    int top,
    int countsOfCounts,
    Model model,
    int slices,
    long seed,
    int partitions)
    implements JobConfig {

  /** Beyond this order every n-gram of a real text is its own. */
  static final int HIGHEST_ORDER = 16;

  NgramsConfig {
    new Problems()
        .present("split", split, "give train, valid or test")
        .present("output", output, "give --output DIR")
        .inRange("order", order, 1, HIGHEST_ORDER)
        .present("boundary", boundary, "give --boundary line, document or stream")
        .inRange("top", top, 0, 1_000_000)
        .inRange("counts-of-counts", countsOfCounts, 1, 1_000_000)
        .inRange("slices", slices, 0, 10_000)
        .inRange("partitions", partitions, 0, 1_000_000)
        .throwIfAny();
  }

  /**
   * The Markov model to use where no other is named.
   *
   * @param estimator how counts become probabilities
   * @param addK k of {@link Estimator#ADD_K}
   */
  record Model(Estimator estimator, double addK) {
    Model {
      new Problems()
          .present("model.estimator", estimator, "give --estimator mle or add-k")
          .positive("model.add-k", addK)
          .throwIfAny();
    }
  }

  /** The slices of a text of so many tokens: one a million, up to 64. */
  int slices(long tokens) {
    return slices > 0 ? slices : (int) Math.min(64, 1 + tokens / 1_000_000);
  }

  ModelSelector selector() {
    return new ModelSelector(model.estimator(), order, model.addK());
  }

  NgramsConfig with(TextRules rules) {
    return new NgramsConfig(
        input,
        split,
        rules,
        vocabulary,
        output,
        order,
        boundary,
        top,
        countsOfCounts,
        model,
        slices,
        seed,
        partitions);
  }

  /** What decides the counts' content, for their manifest: not where they lie or how many tasks. */
  ObjectNode recorded() {
    ObjectNode tree = (ObjectNode) Json.tree(this);
    tree.remove("output");
    tree.remove("partitions");
    return tree;
  }
}
