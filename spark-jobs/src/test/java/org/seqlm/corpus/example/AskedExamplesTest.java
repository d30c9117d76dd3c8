package org.seqlm.corpus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class AskedExamplesTest {
  private static ExamplesDetails details(
      ExampleTask task, List<String> texts, ExampleColumn... columns) {
    return new ExamplesDetails(
        task,
        task.metric(),
        List.of(columns),
        texts.isEmpty() ? null : TextRules.of(TokenizerKind.WORD),
        texts,
        Map.of("label", List.of("no", "yes"), "tags", List.of("N", "V"), "condition", List.of("x")),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        "",
        null);
  }

  private static ObjectNode fields(String json) throws BadExampleException {
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    return RecordFields.ofLine(utf8, 0, utf8.length);
  }

  private static byte[] asked(ExamplesDetails details, int items, String json)
      throws BadExampleException {
    return AskedRules.of(details, Map.of(), items, List.of("id", "who"), "RUN")
        .maker()
        .made(fields(json), null, 2, 5)
        .encoded();
  }

  private static ExampleValue value(ExamplesDetails details, String role, String json)
      throws BadExampleException {
    return ParsedExample.decode(details.task(), asked(details, 0, json)).value(role);
  }

  private static void refused(String expected, ExamplesDetails details, String json) {
    assertThatThrownBy(() -> asked(details, 2, json))
        .isInstanceOf(BadExampleException.class)
        .hasMessage(expected);
  }

  @Test
  void aRecordTravelsWithItsPlaceAndWhatIsKept() throws BadExampleException {
    ExamplesDetails details =
        details(
            ExampleTask.CLASSIFY,
            List.of("input"),
            ExampleColumn.ids("input"),
            ExampleColumn.label("label"));
    byte[] record =
        asked(
            details, 0, "{\"id\":7,\"input\":\"A b\",\"who\":[\"é\"],\"more\":1,\"label\":\"no\"}");
    assertThat(AskedRecord.isBad(record)).isFalse();
    assertThat(ParsedExample.piece(record)).isEqualTo(2);
    assertThat(ParsedExample.place(record)).isEqualTo(5);
    assertThat(AskedRecord.kept(record).toString()).isEqualTo("{\"id\":7,\"who\":[\"é\"]}");
    ParsedExample example = ParsedExample.decode(ExampleTask.CLASSIFY, record);
    assertThat(example.value("input")).isEqualTo(new ExampleValue.Words(List.of("A", "b"), true));
    assertThat(example.value("label")).isEqualTo(new ExampleValue.Name("no"));
    AskedRecord.moved(record, 3, 1L << 40);
    assertThat(ParsedExample.piece(record)).isEqualTo(3);
    assertThat(ParsedExample.place(record)).isEqualTo(1L << 40);
    byte[] bad = AskedRecord.bad("it is é", fields("{\"id\":1}"), 0, 9);
    assertThat(AskedRecord.isBad(bad)).isTrue();
    assertThat(AskedRecord.message(bad)).isEqualTo("it is é");
    assertThat(AskedRecord.kept(bad).toString()).isEqualTo("{\"id\":1}");
    assertThat(ParsedExample.place(bad)).isEqualTo(9);
  }

  @Test
  void whatANetworkIsToSayNeedNotBeThereNorRight() throws BadExampleException {
    ExamplesDetails label =
        details(
            ExampleTask.CLASSIFY,
            List.of(),
            ExampleColumn.ids("input"),
            ExampleColumn.label("label"));
    for (String other : List.of("", ",\"label\":\"new\"", ",\"label\":1.5", ",\"label\":null")) {
      assertThat(value(label, "label", "{\"input\":[\"a\"]" + other + "}")).isNull();
    }
    ExamplesDetails tags =
        details(ExampleTask.TAG, List.of(), ExampleColumn.ids("input"), ExampleColumn.ids("tags"));
    assertThat(value(tags, "tags", "{\"input\":[\"a\"],\"tags\":[\"N\",\"V\"]}")).isNull();
    assertThat(value(tags, "tags", "{\"input\":[\"a\"],\"tags\":[\"Z\"]}")).isNull();
    assertThat(value(tags, "tags", "{\"input\":[\"a\"],\"tags\":[\"V\"]}")).isNotNull();
  }

  @Test
  void whatItReadsIsHeldAgainstItsColumns() throws BadExampleException {
    ExamplesDetails vectors =
        details(
            ExampleTask.CLASSIFY,
            List.of(),
            ExampleColumn.raggedFloats("input", List.of(2)),
            ExampleColumn.label("label"));
    assertThat(value(vectors, "input", "{\"input\":[[1,2]]}")).isNotNull();
    refused(
        "column input has numbers of shape [3], but RUN reads numbers of shape [2]: give it that,"
            + " or another --model",
        vectors,
        "{\"input\":[[1,2,3]]}");
    refused(
        "column input has an array of strings, but RUN reads numbers of shape [2]: give it that, or"
            + " another --model",
        vectors,
        "{\"input\":[\"a\"]}");
    ExamplesDetails strings = details(ExampleTask.TAG, List.of(), ExampleColumn.ids("input"));
    refused(
        "column input has a text, but RUN reads an array of strings: give it that, or another"
            + " --model",
        strings,
        "{\"input\":\"a\"}");
    ExamplesDetails frames =
        details(
            ExampleTask.FRAMES, List.of(), ExampleColumn.raggedFloats("values", List.of(1, 1, 1)));
    refused(
        "column values has 3 frames, but RUN reads 2 frames: give it that, or another --model",
        frames,
        "{\"values\":[1,2,3],\"shape\":[3,1,1,1]}");
    ExamplesDetails condition =
        details(
            ExampleTask.SEQUENCE,
            List.of(),
            ExampleColumn.label("condition"),
            ExampleColumn.ids("target"));
    refused(
        "column condition has the class y, which RUN does not know: give one of x",
        condition,
        "{\"condition\":\"y\"}");
    // A source beside it is nobody's.
    assertThat(value(condition, "condition", "{\"condition\":\"x\",\"source\":\"s\"}"))
        .isEqualTo(new ExampleValue.Name("x"));
    ExamplesDetails series =
        details(
            ExampleTask.SERIES,
            List.of(),
            ExampleColumn.raggedFloats("values", List.of(1)),
            ExampleColumn.raggedFloats("times", List.of()));
    refused(
        "there is no column times, but RUN was trained on examples that have it: give each record"
            + " its times",
        series,
        "{\"values\":[1,2]}");
  }

  @Test
  void aRoleThatTheNetworkHasNotIsRefused() {
    ExamplesDetails tags = details(ExampleTask.TAG, List.of(), ExampleColumn.ids("input"));
    assertThatThrownBy(() -> AskedRules.of(tags, Map.of("source", "s"), 0, List.of(), "RUN"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "examples.columns: RUN, which is of the task tag, has no column source: its columns are"
                + " input");
  }
}
