package org.seqlm.metrics.task;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;
import org.seqlm.vocab.ExampleVocabulary;

/**
 * Scores predictions of examples. Sums of parts, added element by element, are the sums of all:
 * counts exactly, and what is measured in nats or squared to float64's rounding. What pads a batch
 * is in no sum. Made in the driver, used in tasks; it keeps nothing between calls.
 *
 * <p>The metrics of the tasks, in order:
 *
 * <ul>
 *   <li>CLASSIFY, GRID and FRAMES: {@code accuracy}, {@code macro-f1}
 *   <li>TAG: {@code accuracy} and {@code macro-f1} of elements, {@code exact-match} of sequences;
 *       {@code span-f1} where all tags are {@code O}, {@code B-TYPE} or {@code I-TYPE}
 *   <li>SEQUENCE: {@code exact-match}, {@code chrf}, {@code perplexity}
 *   <li>SERIES: {@code rmse}, {@code negative-log-likelihood}, of values in the data's own units
 *   <li>all, last: {@code loss}, mean nats a target
 * </ul>
 */
public interface TaskScorer extends Serializable {

  /** The name of the mean loss, in nats a target. */
  String LOSS = "loss";

  /** The length of the sums. */
  int size();

  /**
   * The length of the sums of some consecutive examples.
   *
   * @param examples of which they are; at least 1
   */
  default int size(int examples) {
    return size();
  }

  /** How many examples a batch may have at most. */
  default int together() {
    return Integer.MAX_VALUE;
  }

  /**
   * Adds a batch's examples.
   *
   * @param sums of {@link #size(int)}, zero at first
   * @param batch with its targets: {@code label} (B), {@code tags} (B, T) with lengths, {@code
   *     target} (B, T) with lengths, or {@code values} and {@code observed} (B, T, F) with lengths
   * @param predicted of the batch
   */
  void add(double[] sums, Batch batch, Predictor.Predicted predicted);

  /**
   * What sums come to: the metric that counts first, the loss last unless it is that one. A mean of
   * nothing is NaN.
   */
  List<Metric> metrics(double[] sums);

  /**
   * The scorer of examples.
   *
   * @param details of the examples; a series' values are standardised by its features' means and
   *     deviations, but those whose deviation is 0 by their means alone
   * @param tokens of columns, by id; only task SEQUENCE needs some, those of {@code target}
   * @throws org.seqlm.UserException with exit code 2 if the task has no metric of the name that
   *     {@code details} give
   */
  static TaskScorer of(ExamplesDetails details, Map<String, List<String>> tokens) {
    return new FigureScorer(
        details.metric(), details.task(), FigureScorer.figures(details, tokens));
  }

  /** The class of all scorers, which crosses the wire by Java's own serialisation. */
  static Class<? extends TaskScorer> type() {
    return FigureScorer.class;
  }

  /** The same of the vocabularies that the tokens are of. */
  static TaskScorer ofVocabularies(
      ExamplesDetails details, Map<String, ExampleVocabulary> vocabularies) {
    Map<String, List<String>> tokens = new TreeMap<>();
    vocabularies.forEach(
        (column, vocabulary) ->
            tokens.put(
                column,
                IntStream.range(0, vocabulary.size()).mapToObj(vocabulary::token).toList()));
    return of(details, tokens);
  }
}
