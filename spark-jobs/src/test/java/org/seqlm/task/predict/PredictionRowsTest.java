package org.seqlm.task.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.example.ExampleValue;
import org.seqlm.corpus.example.ParsedExample;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.dataset.Split;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Gaps;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.Series;
import org.seqlm.task.TaskContent;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.ExampleVocabulary;

class PredictionRowsTest {
  private static final RecurrentBody BODY =
      new RecurrentBody(CellKind.RNN, 1, 2, Direction.FORWARD);

  /** What rows look at is not the network, but of series. */
  private static final Network SOME = new Series(1, BODY, Gaps.MEAN);

  private static final ExampleVocabulary WORDS =
      ExampleVocabulary.of(ExampleVocabulary.Side.WRITTEN, List.of("good", "day"), new long[2]);

  private static ExamplesDetails details(
      ExampleTask task, List<String> texts, FeatureStatistics features) {
    Map<Split, ExampleStatistics> splits = new TreeMap<>();
    splits.put(
        Split.TRAIN,
        new ExampleStatistics(1, List.of(1), Map.of("target", 7), Map.of(), Map.of(), Map.of()));
    return new ExamplesDetails(
        task,
        task.metric(),
        task == ExampleTask.SEQUENCE ? List.of(ExampleColumn.ids("target")) : List.of(),
        texts.isEmpty() ? null : TextRules.of(TokenizerKind.WORD),
        texts,
        Map.of("label", List.of("a", "b", "c"), "tags", List.of("N", "V")),
        Map.of(),
        features == null ? Map.of() : Map.of("values", features),
        splits,
        Map.of(),
        "",
        null);
  }

  private static String row(
      Network network,
      ExamplesDetails details,
      int top,
      ParsedExample example,
      Batch in,
      Batch out) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    new PredictionRows(new TaskContent(network, details, Map.of("target", WORDS)), top)
        .add(row, example, in, new Predictor.Predicted(out, Double.NaN, 0), in.size() - 1);
    return Json.line(row);
  }

  private static String row(ExamplesDetails details, int top, ParsedExample example, Batch out) {
    return row(SOME, details, top, example, new Batch(out.size()), out);
  }

  private static float log(double probability) {
    return (float) Math.log(probability);
  }

  @Test
  void aLabelHasTheProbabilitiesOfAllOrOfTheLikeliest() {
    Batch out =
        new Batch(2)
            .put("ids", new Batch.Ints(new int[] {0, 1}, 2))
            .put(
                "log-probabilities",
                new Batch.Floats(new float[] {0, -9, -9, log(0.125), log(0.625), log(0.25)}, 2, 3));
    ExamplesDetails details = details(ExampleTask.CLASSIFY, List.of(), null);
    assertThat(row(details, 0, null, out))
        .isEqualTo("{\"label\":\"b\",\"probabilities\":{\"a\":0.125,\"b\":0.625,\"c\":0.25}}");
    assertThat(row(details, 2, null, out))
        .isEqualTo("{\"label\":\"b\",\"probabilities\":{\"b\":0.625,\"c\":0.25}}");
    assertThat(row(details, 9, null, out)).contains("{\"b\":0.625,\"c\":0.25,\"a\":0.125}");
  }

  @Test
  void tagsAreThoseOfTheExamplesOwnLength() {
    Batch out =
        new Batch(1)
            .put("ids", new Batch.Ints(new int[] {1, 0, 0}, 1, 3))
            .put(
                "log-probabilities",
                new Batch.Floats(
                    new float[] {log(0.25), log(0.75), log(0.5), log(0.5), 0, 0}, 1, 3, 2));
    ExampleValue cut = new ExampleValue.Words(List.of("run", "dogs"), true);
    ExampleValue given = new ExampleValue.Words(List.of("run", "dogs"), false);
    ExamplesDetails details = details(ExampleTask.TAG, List.of("input"), null);
    String tags = "\"tags\":[\"V\",\"N\"],\"probabilities\":[0.75,0.5]}";
    assertThat(row(details, 0, example(ExampleTask.TAG, cut, null), out))
        .isEqualTo("{\"tokens\":[\"run\",\"dogs\"]," + tags);
    assertThat(row(details, 0, example(ExampleTask.TAG, given, null), out)).isEqualTo("{" + tags);
  }

  private static ParsedExample example(ExampleTask task, ExampleValue... values) {
    return new ParsedExample(task, values);
  }

  @Test
  void aTargetIsATextWhereTextWasCut() {
    Batch out =
        new Batch(1)
            .put("ids", new Batch.Ints(new int[] {2, 3, 0}, 1, 3))
            .putLengths("ids", new int[] {2})
            .put("nats", new Batch.Floats(new float[] {1.5f}, 1));
    assertThat(row(details(ExampleTask.SEQUENCE, List.of("target"), null), 0, null, out))
        .isEqualTo("{\"target\":\"good day\",\"log_probability\":-1.5}");
    assertThat(row(details(ExampleTask.SEQUENCE, List.of(), null), 0, null, out))
        .isEqualTo("{\"target\":[\"good\",\"day\"],\"log_probability\":-1.5}");
  }

  /** Two features, 10 ± 2 and 5 without deviation; the second is missing at the first two steps. */
  @ParameterizedTest
  @EnumSource(
      value = Gaps.class,
      names = {"MEAN", "DROP"})
  void aSeriesIsInTheUnitsOfTheDataAndEndsWithWhatComesNext(Gaps gaps) {
    FeatureStatistics features =
        new FeatureStatistics(List.of(3L, 1L), List.of(10.0, 5.0), List.of(2.0, 0.0));
    ParsedExample asked =
        NextStep.after(
            example(
                ExampleTask.SERIES,
                new ExampleValue.Numbers(
                    new float[] {12, 0, 8, 0, 10, 5}, new byte[] {1, 0, 1, 0, 1, 1}, 3, List.of(2)),
                new ExampleValue.Numbers(new float[] {1, 2, 4}, null, 3, List.of())));
    ExampleValue.Numbers longer = (ExampleValue.Numbers) asked.value("values");
    assertThat(longer.items()).isEqualTo(4);
    assertThat(longer.observed()).containsExactly(1, 0, 1, 0, 1, 1, 0, 0);
    assertThat(((ExampleValue.Numbers) asked.value("times")).values()).containsExactly(1, 2, 4, 6);
    float ln4 = log(4);
    Batch in =
        new Batch(1)
            .put("values", new Batch.Floats(new float[10], 1, 5, 2))
            .putLengths("values", new int[] {4})
            .put("observed", new Batch.Ints(new int[] {1, 0, 1, 0, 1, 1, 0, 0, 0, 0}, 1, 5, 2));
    Batch out =
        new Batch(1)
            .put("means", new Batch.Floats(new float[] {0, 0, 1, 1, -1, 2, 0.5f, 0, 0, 0}, 1, 5, 2))
            .put(
                "log-variances",
                new Batch.Floats(new float[] {0, 0, 0, ln4, 0, 0, ln4, 0, 0, 0}, 1, 5, 2));
    String row =
        row(
            new Series(2, BODY, gaps),
            details(ExampleTask.SERIES, List.of(), features),
            0,
            asked,
            in,
            out);
    // Before step 3 DROP has read nothing: all steps have a gap.
    assertThat(row)
        .isEqualTo(
            gaps == Gaps.MEAN
                ? "{\"means\":[null,[12.0,6.0],[8.0,7.0],[11.0,5.0]],"
                    + "\"deviations\":[null,[2.0,2.0],[2.0,1.0],[4.0,1.0]],"
                    + "\"imputed\":[[null,5.0],[null,6.0],null]}"
                : "{\"means\":[null,null,null,[11.0,5.0]],\"deviations\":[null,null,null,[4.0,1.0]],"
                      + "\"imputed\":[[null,5.0],[null,6.0],null]}");
  }

  @Test
  void keysOfDecodingThatSayNothingAreRefused() {
    ExamplesDetails writes = details(ExampleTask.SEQUENCE, List.of(), null);
    assertThat(DecodingKeys.DEFAULT.decoding(writes, 1)).isEqualTo(Decoding.greedy(14));
    assertThat(new DecodingKeys(null, 4, 0.5, 9, 1, 0, 1).decoding(writes, 1))
        .isEqualTo(Decoding.beam(4, 0.5, 9));
    DecodingKeys draws = new DecodingKeys(DecodingKeys.Kind.SAMPLE, 1, 0, 0, 0.5, 3, 0.9);
    assertThat(draws.decoding(writes, 7).seed()).isEqualTo(7);
    ExamplesDetails says = details(ExampleTask.TAG, List.of(), null);
    assertThat(DecodingKeys.DEFAULT.decoding(says, 1)).isNull();
    assertThatThrownBy(() -> draws.decoding(says, 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the task tag");
    assertThatThrownBy(() -> new DecodingKeys(DecodingKeys.Kind.SAMPLE, 3, 0, 0, 1, 0, 1))
        .hasMessageContaining("decoding.beam 3 is of a beam search");
    assertThatThrownBy(() -> new DecodingKeys(null, 1, 0.6, 0, 2, 0, 1))
        .hasMessageContaining("decoding.length-penalty")
        .hasMessageContaining("set decoding.kind to sample");
  }
}
