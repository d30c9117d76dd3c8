package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.ObjectStore;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.RoundTimes;
import org.seqlm.metrics.TaskValidation;
import org.seqlm.metrics.WorkerMetrics;
import org.seqlm.metrics.tensorboard.EventFiles;

class TrainBoardTest {
  @TempDir Path folder;

  private TrainBoard open(long tokens) throws Exception {
    return TrainBoard.open(
        new Configuration(),
        folder.toString(),
        new TrainBoard.Begin(tokens, 0.005 * tokens),
        "tokens",
        Map.of("seed", 7),
        Progress.SILENT);
  }

  private static JsonNode round(int number, double loss) {
    return Json.tree(
        Map.of(
            "round",
            number,
            "tokens",
            100L * number,
            "loss",
            loss,
            "seconds",
            0.1, // what was waited for
            "times",
            Map.of("elapsed", 0.5 * number)));
  }

  private long files() throws Exception {
    try (Stream<Path> list = Files.list(folder)) {
      return list.count();
    }
  }

  @Test
  void aLineShowsBeforeTheNextComes() throws Exception {
    try (TrainBoard board = open(0)) {
      board.add("round", round(1, 3));
      Map<String, TreeMap<Long, Object>> shown = EventFiles.shown(folder);
      assertThat(shown.get("round/loss")).isEqualTo(Map.of(100L, 3f));
      assertThat(shown.get("round/tokens-per-second")).isEqualTo(Map.of(100L, 200f));
      assertThat(shown.get("configuration").get(0L).toString()).contains("\"seed\" : 7");
      board.add("validation", Json.tree(Map.of("tokens", 100, "sample", "to be\nor not")));
      assertThat(EventFiles.shown(folder).get("validation/sample"))
          .isEqualTo(Map.of(100L, "    to be\n    or not\n"));
    }
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void theSpeedIsNamedByWhatIsTrained() throws Exception {
    try (TrainBoard board =
        TrainBoard.open(
            new Configuration(),
            folder.toString(),
            TrainBoard.Begin.AFRESH,
            "examples",
            Map.of(),
            Progress.SILENT)) {
      board.add("round", round(1, 3));
      board.add(
          "task",
          Json.tree(
              new TaskValidation(
                  1,
                  100,
                  0.5,
                  "accuracy",
                  Metric.Direction.LARGER,
                  Map.of("accuracy", 0.75),
                  1.0,
                  2,
                  50)));
      assertThat(EventFiles.shown(folder))
          .containsEntry("round/examples-per-second", new TreeMap<>(Map.of(100L, 200f)))
          .containsEntry("task/metrics/accuracy", new TreeMap<>(Map.of(100L, 0.75f)))
          .containsEntry("task/floor", new TreeMap<>(Map.of(100L, 1f)))
          .doesNotContainKey("round/tokens-per-second");
    }
  }

  /**
   * Two rounds are lost with the first process; the second trains them again, a third writes too.
   */
  @Test
  void whoGoesOnWritesAnotherFileAndReplacesWhatIsTrainedAgain() throws Exception {
    TrainBoard killed = open(0);
    for (int i = 1; i <= 4; i++) {
      killed.add("round", round(i, 10 - i));
    }
    Thread.sleep(2); // names are by the millisecond: of two in one any may be read first
    try (TrainBoard board = open(200);
        TrainBoard beside = open(200)) {
      board.add("round", round(3, 5));
      assertThat(files()).isEqualTo(3);
      beside.add("validation", Json.tree(Map.of("tokens", 250, "nats-per-token", 2)));
    }
    assertThat(EventFiles.shown(folder).get("round/loss"))
        .containsEntry(100L, 9f)
        .containsEntry(200L, 8f)
        .doesNotContainKey(400L);
  }

  @Test
  void anObjectStoreGetsWholeFiles() throws Exception {
    try (TrainBoard board =
        TrainBoard.open(
            ObjectStore.configuration(),
            ObjectStore.name(folder),
            TrainBoard.Begin.AFRESH,
            "tokens",
            Map.of(),
            Progress.SILENT)) {
      assertThat(files()).isEqualTo(1); // the configuration
      board.add("round", round(1, 3));
      board.add("round", round(2, 2));
      assertThat(files()).isEqualTo(1);
    }
    assertThat(files()).isEqualTo(2);
    assertThat(EventFiles.shown(folder).get("round/loss")).isEqualTo(Map.of(100L, 3f, 200L, 2f));
  }

  @Test
  void aTrainingGoesOnWithoutIt() throws Exception {
    List<String> said = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void stage(String name, long total, String unit) {}

          @Override
          public void update(long done, String detail) {}

          @Override
          public void message(String line) {
            said.add(line);
          }
        };
    Path below = Files.createDirectory(folder.resolve("board"));
    try (TrainBoard board =
        TrainBoard.open(
            ObjectStore.configuration(),
            ObjectStore.name(below),
            TrainBoard.Begin.AFRESH,
            "tokens",
            Map.of(),
            progress)) {
      board.add("round", round(1, 3));
      try (Stream<Path> files = Files.list(below)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(below);
      Files.writeString(below, "in the way");
    }
    assertThat(said).singleElement().asString().contains("the training goes on");
  }

  /** The rate is that of the training's clock, which an earlier process began. */
  @Test
  void whoGoesOnKnowsHowLongItTook() throws Exception {
    try (TrainBoard board = open(200)) {
      board.add("round", round(3, 5));
      assertThat(EventFiles.shown(folder).get("round/tokens-per-second"))
          .isEqualTo(Map.of(300L, 200f));
    }
  }

  @Test
  void whatCannotBeWrittenIsSaidBeforeARunBegins() throws Exception {
    TrainBoard.check(new Configuration(), null);
    Path below = folder.resolve("a/b");
    TrainBoard.check(new Configuration(), below.toString());
    assertThat(below).isEmptyDirectory();
    Path file = Files.writeString(folder.resolve("in-the-way"), "");
    assertThatThrownBy(() -> TrainBoard.check(new Configuration(), file + "/board"))
        .isInstanceOfSatisfying(
            UserException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM))
        .hasMessageContaining("--tensorboard");
  }

  /** A key that a round gets tomorrow needs no change here. */
  @Test
  void everyFigureOfARoundIsShown() throws Exception {
    var gradients = new WorkerMetrics.Gradients(20, 5, 1.5, 9);
    JsonNode line =
        Json.tree(
            new RoundMetrics(
                1,
                0.5,
                20,
                640,
                2.5,
                0.01,
                1.5,
                0.25,
                gradients,
                List.of(new WorkerMetrics(0, 2.5, 640, 0.25, gradients)),
                new RoundTimes(
                    0.5,
                    7.5,
                    2,
                    new RoundTimes.Phases(0.1, 0.2, 0.3, 0.0, 0.4, 0.3, 0.2, 0.1),
                    new RoundTimes.Straggler(0, 1),
                    List.of(
                        new RoundTimes.Worker(
                            0,
                            0.2,
                            0.3,
                            0.0,
                            0.4,
                            0.3,
                            0,
                            "driver",
                            new RoundTimes.Gpu(0.5, 1, 2))))));
    try (TrainBoard board = open(0)) {
      board.add("round", line);
    }
    Map<String, TreeMap<Long, Object>> shown = EventFiles.shown(folder);
    Map<String, Double> numbers = new TreeMap<>();
    numbers("round", line, numbers);
    // Which round and which worker it is, and what a GPU has, are no curves.
    Set<String> none =
        Set.of(
            "round/round",
            "round/workers/0/worker",
            "round/times/straggler/worker",
            "round/times/workers/0/worker",
            "round/times/workers/0/gpu/total-bytes");
    assertThat(numbers).containsKeys(none.toArray(String[]::new));
    assertThat(shown).doesNotContainKeys(none.toArray(String[]::new));
    numbers.keySet().removeAll(none);
    assertThat(numbers).hasSizeGreaterThan(25);
    numbers.forEach(
        (tag, number) ->
            assertThat(shown.get(tag)).as(tag).isEqualTo(Map.of(640L, number.floatValue())));
    // A name within a group is none of the line's texts.
    assertThat(shown).doesNotContainKey("round/times/workers/0/executor");
  }

  private static void numbers(String tag, JsonNode node, Map<String, Double> numbers) {
    if (node.isNumber()) {
      numbers.put(tag, node.asDouble());
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      numbers(tag + "/" + i, node.get(i), numbers);
    }
    node.properties().forEach(part -> numbers(tag + "/" + part.getKey(), part.getValue(), numbers));
  }
}
