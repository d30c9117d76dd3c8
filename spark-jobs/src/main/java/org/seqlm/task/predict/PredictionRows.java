package org.seqlm.task.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.seqlm.corpus.example.ExampleValue;
import org.seqlm.corpus.example.ParsedExample;
import org.seqlm.corpus.example.RoleColumns;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;
import org.seqlm.neural.network.Gaps;
import org.seqlm.neural.network.Series;
import org.seqlm.task.TaskContent;
import org.seqlm.text.Tokenizer;
import org.seqlm.vocab.ExampleVocabulary;

/**
 * What was predicted of an example, in words and in the data's own units, as the fields of a row.
 * One instance a thread.
 *
 * @see PredictionSchema
 */
public final class PredictionRows {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ExamplesDetails details;
  private final int top;
  private final Gaps gaps; // of a series, else null
  private final ExampleVocabulary targets; // null where none are written
  private final Tokenizer tokenizer; // null where targets are arrays of strings

  /**
   * The rows of a network.
   *
   * @param top likeliest labels whose probabilities are told, the likeliest first; 0 for all, in
   *     the order of their ids
   */
  public PredictionRows(TaskContent content, int top) {
    details = content.details();
    this.top = top;
    gaps = content.network() instanceof Series series ? series.gaps() : null;
    targets = content.vocabularies().get(RoleColumns.TARGET);
    tokenizer = details.texts().contains(RoleColumns.TARGET) ? Tokenizer.of(details.rules()) : null;
  }

  /**
   * Adds what was predicted.
   *
   * @param example as it was asked; a series with the step that comes next
   * @param b its place in the batch
   */
  public void add(
      ObjectNode row, ParsedExample example, Batch batch, Predictor.Predicted predicted, int b) {
    Batch values = predicted.values();
    switch (details.task()) {
      case CLASSIFY, GRID, FRAMES -> addLabel(row, values, b);
      case TAG -> addTags(row, example, values, b);
      case SEQUENCE -> addTarget(row, values, b);
      case SERIES -> addSeries(row, batch, values, b);
    }
  }

  private static float probability(float logarithm) {
    return (float) Math.exp(logarithm);
  }

  private void addLabel(ObjectNode row, Batch predicted, int b) {
    List<String> names = details.labels().get(RoleColumns.LABEL);
    row.put(RoleColumns.LABEL, names.get(predicted.ints("ids").values()[b]));
    Batch.Floats logarithms = predicted.floats("log-probabilities");
    int from = b * logarithms.shape()[1];
    List<Integer> told = new ArrayList<>(IntStream.range(0, names.size()).boxed().toList());
    if (top > 0) {
      // A stable sort: of equal ones the first stands first.
      told.sort(
          (x, y) -> Float.compare(logarithms.values()[from + y], logarithms.values()[from + x]));
    }
    ObjectNode probabilities = row.putObject("probabilities");
    for (int id : told.subList(0, top > 0 ? Math.min(top, told.size()) : told.size())) {
      probabilities.put(names.get(id), probability(logarithms.values()[from + id]));
    }
  }

  private void addTags(ObjectNode row, ParsedExample example, Batch predicted, int b) {
    List<String> names = details.labels().get(RoleColumns.TAGS);
    ExampleValue input = example.value(RoleColumns.INPUT);
    int length;
    if (input instanceof ExampleValue.Words words) {
      length = words.tokens().size();
      if (words.cut()) {
        ArrayNode tokens = row.putArray("tokens");
        words.tokens().forEach(tokens::add);
      }
    } else {
      length = ((ExampleValue.Numbers) input).items();
    }
    Batch.Ints ids = predicted.ints("ids");
    Batch.Floats logarithms = predicted.floats("log-probabilities");
    int labels = logarithms.shape()[2];
    ArrayNode tags = row.putArray(RoleColumns.TAGS);
    ArrayNode probabilities = row.putArray("probabilities");
    for (int t = 0; t < length; t++) {
      int at = b * ids.shape()[1] + t;
      int id = ids.values()[at];
      tags.add(names.get(id));
      probabilities.add(probability(logarithms.values()[at * labels + id]));
    }
  }

  private void addTarget(ObjectNode row, Batch predicted, int b) {
    Batch.Ints ids = predicted.ints("ids");
    List<String> tokens = new ArrayList<>();
    for (int t = 0; t < predicted.lengths("ids")[b]; t++) {
      tokens.add(targets.token(ids.values()[b * ids.shape()[1] + t]));
    }
    if (tokenizer != null) {
      row.put(RoleColumns.TARGET, tokenizer.detokenize(tokens));
    } else {
      ArrayNode target = row.putArray(RoleColumns.TARGET);
      tokens.forEach(target::add);
    }
    row.put("log_probability", -predicted.floats("nats").values()[b]);
  }

  /** Of each step what is predicted of it, the one behind the last among them. */
  private void addSeries(ObjectNode row, Batch batch, Batch predicted, int b) {
    FeatureStatistics features = details.features().get(RoleColumns.VALUES);
    int width = features.means().size();
    int steps = batch.lengths(RoleColumns.VALUES)[b];
    int from = b * batch.floats(RoleColumns.VALUES).shape()[1] * width;
    int predictedFrom = b * predicted.floats("means").shape()[1] * width;
    int[] observed = batch.ints(RoleColumns.OBSERVED).values();
    float[] means = predicted.floats("means").values();
    float[] logVariances = predicted.floats("log-variances").values();
    ArrayNode allMeans = row.putArray("means");
    ArrayNode allDeviations = row.putArray("deviations");
    ArrayNode imputed = NODES.arrayNode();
    boolean complete = true; // no step so far lacks a value
    boolean known = false; // something is known before the step
    for (int t = 0; t < steps; t++) {
      ArrayNode mean = NODES.arrayNode();
      ArrayNode deviation = NODES.arrayNode();
      ArrayNode filled = NODES.arrayNode();
      boolean whole = true;
      for (int f = 0; f < width; f++) {
        int at = predictedFrom + t * width + f;
        double unit = unit(features, f);
        // Where nothing is known means and log-variances are 0, as a feature has them in the whole.
        float here = (float) (features.means().get(f) + unit * means[at]);
        mean.add(here);
        deviation.add((float) (unit * Math.exp(0.5 * logVariances[at])));
        boolean there = observed[from + t * width + f] != 0;
        whole &= there;
        filled.add(there ? NODES.nullNode() : NODES.numberNode(here));
      }
      allMeans.add(known ? mean : NODES.nullNode());
      allDeviations.add(known ? deviation : NODES.nullNode());
      if (t + 1 < steps) {
        imputed.add(whole ? NODES.nullNode() : filled);
        complete &= whole;
      }
      known |= whole || gaps != Gaps.DROP;
    }
    if (!complete) {
      row.set("imputed", imputed);
    }
  }

  /** What a standardised value of a feature is multiplied by. */
  private static double unit(FeatureStatistics features, int feature) {
    double deviation = features.deviations().get(feature);
    return deviation == 0 ? 1 : deviation;
  }
}
