package org.seqlm.example.task;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;

/** What holds of all of them. */
class ExampleTasksTest {
  private static final List<ExampleTask<?>> TASKS =
      List.of(
          new AdditionTask(),
          new CopyTask(),
          new DatesTask(),
          new TagsTask(),
          new SentimentTask(),
          new GlyphsTask(0.5),
          new MotionTask(0.5),
          new SeriesTask());

  private static String json(ExampleTask<?> task, long seed, TaskSplit split, int position) {
    return Json.line(task.draw(seed, split, position).fields());
  }

  @Test
  void anExampleIsAFunctionOfSeedSplitAndPosition() {
    for (ExampleTask<?> task : TASKS) {
      List<Integer> backwards = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
      Map<Integer, String> forwards = new TreeMap<>();
      backwards.forEach(i -> forwards.put(i, json(task, 3, TaskSplit.TRAIN, i)));
      Collections.reverse(backwards);
      for (int i : backwards) {
        assertThat(json(task, 3, TaskSplit.TRAIN, i)).as(task.kind()).isEqualTo(forwards.get(i));
      }
      assertThat(new HashSet<>(forwards.values())).as(task.kind()).hasSizeGreaterThan(5);
      assertThat(json(task, 4, TaskSplit.TRAIN, 7)).isNotEqualTo(forwards.get(7));
      assertThat(json(task, 3, TaskSplit.VALID, 7)).isNotEqualTo(forwards.get(7));
      assertThat(json(task, 3, TaskSplit.TEST, 7)).isNotEqualTo(forwards.get(7));
    }
  }

  /** Files that people have stay what they are. */
  @Test
  void examplesAreThoseOfThisChecksum() {
    Map<String, String> sums = new TreeMap<>();
    for (ExampleTask<?> task : TASKS) {
      CRC32 sum = new CRC32();
      for (int i = 0; i < 10; i++) {
        for (TaskSplit split : TaskSplit.values()) {
          sum.update(json(task, 1, split, i).getBytes(UTF_8));
        }
      }
      sums.put(task.kind(), Long.toHexString(sum.getValue()));
    }
    assertThat(sums)
        .isEqualTo(
            Map.of(
                "addition", "12b3b9d",
                "copy", "a52350dc",
                "dates", "a6549f17",
                "glyphs", "d563eaa6",
                "motion", "7ebe1252",
                "sentiment", "b87f36d7",
                "series", "504d1d9e",
                "tags", "dc3bae69"));
  }

  @Test
  void floorsNameTheMetricOfTheirTask() {
    for (ExampleTask<?> task : TASKS) {
      Map<String, Object> floor = fields(task);
      assertThat(floor).containsEntry("metric", task.metric()).containsEntry("split", "test");
      assertThat(floor).isEqualTo(fields(task));
      assertThat((double) floor.get("floor")).as(task.kind()).isBetween(0.3, 1.0);
      assertThat(task.sizes().all()).isBetween(3_000L, 25_000L);
    }
  }

  private static <E extends TaskExample> Map<String, Object> fields(ExampleTask<E> task) {
    return task.floor(Drawn.of(task, 1, TaskSplit.TEST, 40)).fields();
  }
}
