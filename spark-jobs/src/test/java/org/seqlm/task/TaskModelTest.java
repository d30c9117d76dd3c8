package org.seqlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;

class TaskModelTest {
  private static final List<ExampleColumn> COLUMNS =
      List.of(ExampleColumn.ids("input"), ExampleColumn.label("label"));

  private static ExamplesDetails details(
      ExampleTask task, List<ExampleColumn> columns, List<String> labels, String words) {
    return new ExamplesDetails(
        task,
        "accuracy",
        columns,
        null,
        List.of(),
        Map.of("label", labels),
        Map.of("input", new ExamplesDetails.ColumnVocabulary(9, -1, 0, words)),
        Map.of(),
        Map.of(),
        Map.of(),
        "corpus of " + words,
        null);
  }

  private static TaskModel model() {
    return new TaskModel(
        "run",
        new TaskContent(
            new Classifier(
                StepInput.tokens(9, 4),
                new RecurrentBody(CellKind.LSTM, 1, 6, Direction.BOTH),
                Pooling.LAST,
                2),
            details(ExampleTask.CLASSIFY, COLUMNS, List.of("no", "yes"), "aa"),
            Map.of()),
        new float[0],
        "00",
        "");
  }

  private static void refused(String message, ExamplesDetails examples) {
    assertThatThrownBy(() -> model().checkFits(examples, "the examples in data"))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessage(
            "the examples in data are not what run was trained on: it has "
                + message
                + ": prepare them as its own were, or give a model of these examples");
  }

  @Test
  void examplesFitWhoseNumbersMeanTheSame() {
    ExamplesDetails own = model().content().details();
    assertThatCode(() -> model().checkFits(own, "they")).doesNotThrowAnyException();
    // Other examples of the same words and labels do.
    ExamplesDetails others =
        new ExamplesDetails(
            own.task(),
            own.metric(),
            own.columns(),
            null,
            own.texts(),
            own.labels(),
            own.vocabularies(),
            Map.of(),
            Map.of(),
            Map.of("empty", 3L),
            "another corpus",
            null);
    assertThatCode(() -> model().checkFits(others, "they")).doesNotThrowAnyException();
  }

  @Test
  void othersAreToldByWhatDiffers() {
    refused(
        "task classify, not tag", details(ExampleTask.TAG, COLUMNS, List.of("no", "yes"), "aa"));
    refused(
        "no label maybe",
        details(ExampleTask.CLASSIFY, COLUMNS, List.of("no", "maybe", "yes"), "aa"));
    refused(
        "the label yes, which they have not",
        details(ExampleTask.CLASSIFY, COLUMNS, List.of("no", "other"), "aa"));
    refused(
        "another vocabulary of column input",
        details(ExampleTask.CLASSIFY, COLUMNS, List.of("no", "yes"), "bb"));
    refused(
        "columns input (ids), label (label), not input (floats [3]), label (label)",
        details(
            ExampleTask.CLASSIFY,
            List.of(ExampleColumn.raggedFloats("input", List.of(3)), ExampleColumn.label("label")),
            List.of("no", "yes"),
            "aa"));
  }
}
