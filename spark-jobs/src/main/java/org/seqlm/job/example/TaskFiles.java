package org.seqlm.job.example;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.Progress;
import org.seqlm.artifact.Json;
import org.seqlm.example.task.ExampleTask;
import org.seqlm.example.task.Floor;
import org.seqlm.example.task.TaskExample;
import org.seqlm.example.task.TaskSizes;
import org.seqlm.example.task.TaskSplit;

/** The files of any kind but {@code grammar}. */
final class TaskFiles {
  /** Of a summary: examples, and lines they take, at most. */
  private static final int SHOWN = 3;

  private static final int SHOWN_LINES = 8;

  private TaskFiles() {}

  static String plan(ExampleConfig config) {
    ExampleTask<?> task = config.task();
    return counts(config.sizes())
        + " of "
        + task.kind()
        + " ("
        + task.task()
        + ") to "
        + config.output()
        + "/"
        + ExampleFolder.EXAMPLES
        + ", and the best possible "
        + task.metric()
        + " on the test split to "
        + ExampleFolder.FLOOR;
  }

  private static String counts(TaskSizes sizes) {
    return String.format(
        Locale.ROOT,
        "write %,d training, %,d validation and %,d test examples",
        sizes.train(),
        sizes.valid(),
        sizes.test());
  }

  static TaskResult write(ExampleConfig config, Progress progress, ExampleFolder folder)
      throws IOException {
    return write(config.task(), config, progress, folder);
  }

  private static <E extends TaskExample> TaskResult write(
      ExampleTask<E> task, ExampleConfig config, Progress progress, ExampleFolder folder)
      throws IOException {
    TaskSizes sizes = config.sizes();
    Floor floor = floor(task, config.seed(), sizes.test());
    folder.json(ExampleFolder.FLOOR, floor.fields());
    long done = 0;
    for (TaskSplit split : TaskSplit.values()) {
      try (Writer out = folder.writer(ExampleFolder.EXAMPLES + "/" + ExampleFolder.file(split))) {
        for (int i = 0; i < sizes.of(split); i++) {
          out.append(Json.line(task.draw(config.seed(), split, i).fields())).append('\n');
          if (++done % 1000 == 0) {
            progress.update(done, "");
          }
        }
      }
    }
    progress.update(done, "");
    TaskResult result =
        new TaskResult(
            task.kind(),
            task.task(),
            task.metric(),
            task.description(),
            config.seed(),
            sizes.train(),
            sizes.valid(),
            sizes.test(),
            floor.fields());
    folder.json(ExampleFolder.TASK, result.card());
    return result;
  }

  private static <E extends TaskExample> Floor floor(ExampleTask<E> task, long seed, int test) {
    List<E> examples = new ArrayList<>();
    for (int i = 0; i < test; i++) {
      examples.add(task.draw(seed, TaskSplit.TEST, i));
    }
    return task.floor(examples);
  }

  static String summary(ExampleConfig config, TaskResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d training, %,d validation and %,d test examples in %s/%s: %s%n",
            result.train(),
            result.valid(),
            result.test(),
            config.output(),
            ExampleFolder.EXAMPLES,
            result.description()));
    int lines = 0;
    for (int i = 0; i < Math.min(SHOWN, result.train()) && lines < SHOWN_LINES; i++) {
      List<String> shown =
          config.task().draw(result.seed(), TaskSplit.TRAIN, i).line().lines().toList();
      shown.forEach(line -> text.append("  ").append(line).append(System.lineSeparator()));
      lines += shown.size();
    }
    text.append(
        String.format(
            Locale.ROOT,
            "floor: %s %.4f is the best possible on the test split: %s",
            result.metric(),
            (Double) result.floor().get("floor"),
            result.floor().get("about")));
    List<String> figures = new ArrayList<>();
    for (Map.Entry<String, Object> figure : result.floor().entrySet()) {
      if (figure.getValue() instanceof Double value && !figure.getKey().equals("floor")) {
        figures.add(figure.getKey() + String.format(Locale.ROOT, " %.4f", value));
      }
    }
    if (!figures.isEmpty()) {
      text.append(System.lineSeparator()).append("  ").append(String.join(", ", figures));
    }
    return text.toString();
  }
}
