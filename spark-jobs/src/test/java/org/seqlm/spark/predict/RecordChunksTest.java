package org.seqlm.spark.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.example.AskedRules;
import org.seqlm.corpus.example.BadExampleException;
import org.seqlm.corpus.example.ExampleMaker;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Gaps;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.Series;
import org.seqlm.neural.torch.TorchEngine;
import org.seqlm.task.TaskContent;
import org.seqlm.task.predict.PredictionRows;

class RecordChunksTest {
  private static final int STEPS = 9;

  private static final ExampleColumn VALUES = ExampleColumn.raggedFloats("values", List.of(2));

  private static final ExamplesDetails DETAILS =
      new ExamplesDetails(
          ExampleTask.SERIES,
          "rmse",
          List.of(
              VALUES,
              ExampleColumn.mask("observed", VALUES),
              ExampleColumn.raggedFloats("times", List.of())),
          null,
          List.of(),
          Map.of(),
          Map.of(),
          Map.of(
              "values",
              new FeatureStatistics(List.of(9L, 9L), List.of(3.0, -1.0), List.of(2.0, 0.5))),
          new TreeMap<>(),
          Map.of(),
          "",
          null);

  private static ObjectNode series(Random random) {
    ObjectNode fields = Json.mapper().createObjectNode();
    ArrayNode values = fields.putArray("values");
    ArrayNode times = fields.putArray("times");
    for (int t = 0; t < STEPS; t++) {
      ArrayNode step = values.addArray();
      for (int f = 0; f < 2; f++) {
        if (random.nextInt(4) == 0) {
          step.addNull();
        } else {
          step.add((float) random.nextGaussian());
        }
      }
      times.add(2 * t);
    }
    return fields;
  }

  private static ObjectNode prefix(ObjectNode series, int steps) {
    ObjectNode fields = Json.mapper().createObjectNode();
    for (String name : List.of("values", "times")) {
      ArrayNode some = fields.putArray(name);
      for (int t = 0; t < steps; t++) {
        some.add(series.get(name).get(t));
      }
    }
    return fields;
  }

  private static List<ObjectNode> rows(Series network, List<byte[]> records, PredictedFile sums)
      throws IOException {
    TaskContent content = new TaskContent(network, DETAILS, Map.of());
    List<ObjectNode> rows = new ArrayList<>();
    new RecordChunks(
            content,
            TaskScorer.of(DETAILS, Map.of()),
            new PredictionRows(content, 0),
            new String[] {"f"},
            0,
            records.iterator(),
            rows::add,
            sums)
        .run(
            new TorchEngine().predictor(network, null, Execution.CPU),
            InitialParameters.create(network, 3));
    return rows;
  }

  /** What is predicted of a step is what comes next after those before it, whatever fills gaps. */
  @ParameterizedTest
  @EnumSource(Gaps.class)
  void aStepIsWhatComesNextAfterThoseBeforeIt(Gaps gaps) throws IOException, BadExampleException {
    ExampleMaker maker = AskedRules.of(DETAILS, Map.of(), 0, List.of(), "RUN").maker();
    ObjectNode whole = series(new Random(11));
    List<byte[]> records = new ArrayList<>();
    for (int t = 2; t <= STEPS; t++) {
      records.add(maker.made(prefix(whole, t), null, 0, t).encoded());
    }
    PredictedFile sums = new PredictedFile();
    RecurrentBody body = new RecurrentBody(CellKind.LSTM, 1, 3, Direction.FORWARD);
    List<ObjectNode> rows = rows(new Series(2, body, gaps), records, sums);
    assertThat(sums.told).isEqualTo(STEPS - 1);
    ObjectNode all = rows.get(STEPS - 2);
    assertThat(all.get("means")).hasSize(STEPS + 1);
    assertThat(all.get("imputed")).hasSize(STEPS);
    for (int t = 2; t < STEPS; t++) {
      for (String field : List.of("means", "deviations")) {
        JsonNode next = rows.get(t - 2).get(field).get(t);
        JsonNode there = all.get(field).get(t);
        assertThat(there.isNull()).isEqualTo(next.isNull());
        for (int f = 0; f < there.size(); f++) {
          assertThat(there.get(f).asDouble()).isCloseTo(next.get(f).asDouble(), within(1e-5));
        }
      }
    }
  }

  /** More than a batch, the last of them bad ones only. */
  @Test
  void badRecordsStandInTheirPlaces() throws IOException, BadExampleException {
    ExampleMaker maker = AskedRules.of(DETAILS, Map.of(), 0, List.of("id"), "RUN").maker();
    Random random = new Random(5);
    List<byte[]> records = new ArrayList<>();
    List<Integer> bad = new ArrayList<>();
    for (int i = 0; i < 3 * RecordChunks.TOGETHER; i++) {
      ObjectNode fields = series(random).put("id", i);
      boolean good = i < 2 * RecordChunks.TOGETHER && i % 5 != 0;
      if (!good) {
        bad.add(i);
      }
      records.add(
          good ? maker.made(fields, null, 0, i).encoded() : maker.bad(fields, "it is bad", 0, i));
    }
    RecurrentBody body = new RecurrentBody(CellKind.RNN, 1, 2, Direction.FORWARD);
    List<ObjectNode> rows = rows(new Series(2, body, Gaps.MEAN), records, new PredictedFile());
    assertThat(rows).hasSameSizeAs(records);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).get("id").asInt()).isEqualTo(i);
      assertThat(rows.get(i).get("record").asInt()).isEqualTo(i + 1);
      assertThat(rows.get(i).has("problem")).isEqualTo(bad.contains(i));
      assertThat(rows.get(i).has("means")).isEqualTo(!bad.contains(i));
    }
  }

  @Test
  void filesAreAMultipleOfTheLeastAndNeverMany() {
    assertThat(RecordPredicting.perFile(1)).isEqualTo(2048);
    assertThat(RecordPredicting.perFile(2_048_000)).isEqualTo(2048);
    assertThat(RecordPredicting.perFile(2_048_001)).isEqualTo(4096);
    assertThat(RecordPredicting.perFile(10_000_000_000L)).isEqualTo(10_000_384L);
  }
}
