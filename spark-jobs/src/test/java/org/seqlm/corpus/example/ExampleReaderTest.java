package org.seqlm.corpus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.UserException;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.text.Hash128;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class ExampleReaderTest {
  private static JsonNode fields(String json) throws BadExampleException {
    byte[] utf8 = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return RecordFields.ofLine(utf8, 0, utf8.length);
  }

  private static ParsedExample read(ExampleTask task, String json) throws BadExampleException {
    return new ExampleReader(
            new RoleColumns(task, Map.of()), TextRules.of(TokenizerKind.WHITESPACE))
        .read(fields(json));
  }

  @Test
  void rolesByHand() throws BadExampleException {
    ParsedExample tagged = read(ExampleTask.TAG, "{'input': 'a  b', 'tags': 'X Y', 'more': [1]}");
    assertThat(tagged.value("input")).isEqualTo(new ExampleValue.Words(List.of("a", "b"), true));
    assertThat(tagged.value("tags")).isEqualTo(new ExampleValue.Words(List.of("X", "Y"), false));
    // Elements of an array are as they are; whole numbers are labels.
    ParsedExample classified = read(ExampleTask.CLASSIFY, "{'input': ['a b', ''], 'label': 7}");
    assertThat(classified.value("input"))
        .isEqualTo(new ExampleValue.Words(List.of("a b", ""), false));
    assertThat(classified.value("label")).isEqualTo(new ExampleValue.Name("7"));
    ExampleValue.Numbers series =
        (ExampleValue.Numbers)
            read(ExampleTask.SERIES, "{'values': [null, [1, null], [-0.0, 2]]}").value("values");
    assertThat(series.items()).isEqualTo(3);
    assertThat(series.itemShape()).containsExactly(2);
    assertThat(series.values()).containsExactly(0, 0, 1, 0, 0f, 2);
    assertThat(series.observed()).containsExactly(0, 0, 1, 0, 1, 1);
    ExampleValue.Numbers one =
        (ExampleValue.Numbers) read(ExampleTask.SERIES, "{'values': [1, null]}").value("values");
    assertThat(one.itemShape()).containsExactly(1);
    ParsedExample written = read(ExampleTask.SEQUENCE, "{'condition': 3, 'target': 'x'}");
    assertThat(written.value("source")).isNull();
    assertThat(written.value("condition")).isEqualTo(new ExampleValue.Name("3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "TAG|{'input':['a','b'],'tags':['x']}|unequal-lengths|column tags has 1, but column input"
            + " has 2 elements: give each element its tag",
        "TAG|{'input':'a','tags':[]}|empty|column tags is empty",
        "CLASSIFY|{'input':' ','label':'x'}|empty|column input has no token in",
        "CLASSIFY|{'input':[],'label':'x'}|empty|column input is empty",
        "CLASSIFY|{'input':'a','label':''}|empty|column label is empty",
        "CLASSIFY|{'input':'a','label':1.5}|wrong-type|column label has the number 1.5, but a"
            + " string or a whole number is needed",
        "CLASSIFY|{'input':[1,2],'label':'x'}|wrong-type|column input has the number 1, but a text"
            + " or an array of strings is needed",
        "CLASSIFY|{'input':[[1],[2,3]],'label':'x'}|wrong-shape|element 2 has 2 numbers, but those"
            + " before it have 1",
        "CLASSIFY|{'input':[[1],[NaN]],'label':'x'}|not-finite|column input has NaN, which is no"
            + " finite float32: mend it, or leave the example out",
        "CLASSIFY|{'input':'a'}|missing-column|there is no column label among input",
        "CLASSIFY|{'input':'\\ud800','label':'x'}|invalid-utf8|half of a surrogate pair",
        "SEQUENCE|{'source':'a','condition':1,'target':'b'}|wrong-type|it has a source and a"
            + " condition",
        "SEQUENCE|{'target':'b'}|missing-column|there is no column source",
        "SEQUENCE|{'condition':[1e39],'target':'b'}|not-finite|column condition has 1.0E39",
        "GRID|{'values':[1,2,3],'shape':[2,2],'label':'x'}|wrong-shape|column values has 3 values,"
            + " but column shape [2, 2] is of 4",
        "GRID|{'values':[1],'shape':[1],'label':'x'}|wrong-shape|[1] has 1 number, but 2 to 8 are"
            + " needed",
        "GRID|{'values':[1],'shape':[1,0],'label':'x'}|out-of-range|has 0, but an axis is 1 to",
        "GRID|{'values':[1],'shape':[99999999999,1],'label':'x'}|out-of-range|has 99999999999",
        "GRID|{'values':[1],'shape':[1.5,1],'label':'x'}|wrong-type|whole numbers",
        "GRID|{'values':[1],'shape':[65536,65536],'label':'x'}|out-of-range|is of more than",
        "FRAMES|{'values':[1],'shape':[1,1],'label':'x'}|wrong-shape|but 4 are needed: give"
            + " [frames,",
        "SERIES|{'values':[[null],null]}|all-missing|has no value in any of its 2 steps",
        "SERIES|{'values':[[1]]}|empty|has 1 step, but the next one is to be predicted",
        "SERIES|{'values':[[1],[Infinity]]}|not-finite|or give null where a value is missing",
        "SERIES|{'values':[[1],[2]],'times':[1]}|unequal-lengths|column times has 1, but column"
            + " values has 2",
        "SERIES|{'values':[[1],[2]],'times':[2,2]}|out-of-range|2 does not come after 2"
      })
  void whatIsWrongIsNamed(ExampleTask task, String json, String problem, String message) {
    assertThatThrownBy(() -> read(task, json))
        .isInstanceOfSatisfying(
            BadExampleException.class, e -> assertThat(e.problem().label()).isEqualTo(problem))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {"{'a':1|no JSON (", "[1]|no JSON object", "{} {}|no JSON", "7|no JSON object"})
  void whatIsNoJsonIsNamed(String line, String message) {
    assertThatThrownBy(() -> fields(line))
        .isInstanceOf(BadExampleException.class)
        .hasMessageContaining(message);
  }

  @Test
  void columnsHaveTheirRoles() throws BadExampleException {
    RoleColumns columns = new RoleColumns(ExampleTask.CLASSIFY, Map.of("label", "stars"));
    assertThat(columns.columns()).containsExactly("input", "stars");
    ExampleReader reader = new ExampleReader(columns, TextRules.of(TokenizerKind.CHAR));
    assertThat(reader.read(fields("{'input':'a','stars':4}")).value("label"))
        .isEqualTo(new ExampleValue.Name("4"));
    assertThatThrownBy(() -> reader.read(fields("{'input':'a','label':4}")))
        .hasMessageContaining("there is no column stars (label) among input, label");
    assertThat(
            new RoleColumns(ExampleTask.SEQUENCE, Map.of("source", "en", "split", "s")).columns())
        .containsExactly("en", "s", "target");
    assertThatThrownBy(() -> new RoleColumns(ExampleTask.GRID, Map.of("tags", "a", "label", "")))
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.problems()).hasSize(2));
    assertThatThrownBy(() -> new RoleColumns(ExampleTask.TAG, Map.of("tags", "a", "input", "a")))
        .hasMessageContaining("two roles have the same column");
  }

  @Test
  void examplesTravelAsTheyAre() throws BadExampleException {
    String[] lines = {"{'input': 'é b', 'tags': ['x', 'y']}", "{'input': [[1, 2.5]], 'tags': [1]}"};
    for (String line : lines) {
      ParsedExample example = read(ExampleTask.TAG, line);
      byte[] encoded = example.encoded(3, 1L << 40);
      ParsedExample.setSplit(encoded, 2);
      assertThat(ParsedExample.piece(encoded)).isEqualTo(3);
      assertThat(ParsedExample.place(encoded)).isEqualTo(1L << 40);
      assertThat(ParsedExample.split(encoded)).isEqualTo(2);
      ParsedExample decoded = ParsedExample.decode(ExampleTask.TAG, encoded);
      assertThat(decoded.value("tags")).isEqualTo(example.value("tags"));
      assertThat(decoded.value("input").form()).isEqualTo(example.value("input").form());
    }
    ExampleValue.Numbers gaps =
        (ExampleValue.Numbers)
            ParsedExample.decode(
                    ExampleTask.SERIES,
                    read(ExampleTask.SERIES, "{'values':[[1],null],'times':[1,2]}").encoded(0, 0))
                .value("values");
    assertThat(gaps.values()).containsExactly(1, 0);
    assertThat(gaps.observed()).containsExactly(1, 0);
    // Where it stands, and what is to be said of it, decide no split.
    Hash128 hash = new Hash128();
    byte[] one = read(ExampleTask.CLASSIFY, "{'input':'a b','label':1}").encoded(0, 1);
    byte[] same = read(ExampleTask.CLASSIFY, "{'input':' a  b','label':2}").encoded(5, 9);
    byte[] other = read(ExampleTask.CLASSIFY, "{'input':'a c','label':1}").encoded(0, 1);
    assertThat(ParsedExample.decidingHash(same, hash))
        .isEqualTo(ParsedExample.decidingHash(one, hash))
        .isNotEqualTo(ParsedExample.decidingHash(other, hash));
  }

  @Test
  void allExamplesAreLikeTheFirst() throws BadExampleException {
    RoleColumns columns = new RoleColumns(ExampleTask.GRID, Map.of());
    ExampleForm form =
        new ExampleForm(
            ExampleTask.GRID,
            read(ExampleTask.GRID, "{'values':[1,2],'shape':[1,2,1],'label':'x'}"),
            "f.jsonl record 1");
    assertThat(form.columns())
        .containsExactly(
            ExampleColumn.floats("values", List.of(1, 2, 1)), ExampleColumn.label("label"));
    form.check(read(ExampleTask.GRID, "{'values':[3,4],'shape':[1,2,1],'label':'y'}"), columns);
    assertThatThrownBy(
            () ->
                form.check(
                    read(ExampleTask.GRID, "{'values':[3,4],'shape':[2,1,1],'label':'y'}"),
                    columns))
        .hasMessage(
            "column values has numbers of shape [2, 1, 1], but numbers of shape [1, 2, 1] in the"
                + " first example, f.jsonl record 1: make all alike");
  }

  /** Where 64 examples are more than a block may have, as many as fit, each in one place. */
  @Test
  void blocksOfLargeExamplesAreBoundByTheirBytes() {
    long block = 32L << 20;
    assertThat(BlockCut.blocks(640, 100 * block)).isEqualTo(107); // 6 each
    assertThat(BlockCut.blocks(40, block + 1)).isEqualTo(2); // 39 and 1
    assertThat(BlockCut.blocks(5, 50 * block)).isEqualTo(5);
    ReadRange range = new ReadRange(1);
    range.examples[0] = 700;
    range.blockBytes[0] = 10; // keys are cut
    range.examples[1] = 640;
    range.blockBytes[1] = 100 * block;
    BlockCut cut = new BlockCut(new ReadExamples(List.of(), List.of(range)));
    assertThat(cut.all()).isEqualTo(1 + 107);
    int[] sizes = new int[107];
    Set<Long> keys = new HashSet<>();
    boolean mixed = false;
    for (int own = 0; own < 640; own++) {
      long key = cut.key(1, 1_000 + 3L * own, own);
      assertThat(key).isBetween(0L, 639L);
      assertThat(cut.block(1, key)).isEqualTo(1 + (int) (key / 6));
      keys.add(key);
      mixed |= key != own;
      sizes[cut.place(cut.block(1, key))]++;
    }
    assertThat(keys).hasSize(640);
    assertThat(mixed).isTrue();
    assertThat(Arrays.copyOf(sizes, 106)).containsOnly(6);
    assertThat(sizes[106]).isEqualTo(4);
  }

  /** Keys in unsigned order are cut at the same places whatever block is asked first. */
  @Test
  void blocksAreStretchesOfKeys() {
    assertThat(BlockCut.blocks(0, 0)).isZero();
    assertThat(BlockCut.blocks(1, 1L << 30)).isEqualTo(1);
    assertThat(BlockCut.blocks(15_360, 1000)).isEqualTo(1);
    assertThat(BlockCut.blocks(15_361, 1000)).isEqualTo(2);
    assertThat(BlockCut.blocks(6400, 10L * (32 << 20))).isEqualTo(10);
    assertThat(BlockCut.blocks(640, 10L * (32 << 20))).isEqualTo(10);
    Random random = new Random(1);
    ReadRange range = new ReadRange(1);
    range.examples[0] = 100_000;
    range.examples[2] = 40_000;
    range.blockBytes[0] = 1;
    range.blockBytes[2] = 1;
    BlockCut cut = new BlockCut(new ReadExamples(List.of(), List.of(range)));
    assertThat(cut.all()).isEqualTo(7 + 3);
    int[] sizes = new int[cut.all()];
    for (int i = 0; i < 100_000; i++) {
      sizes[cut.block(0, cut.key(0, i, i))]++;
    }
    for (int i = 0; i < 7; i++) {
      assertThat(sizes[i]).isBetween(13_800, 14_800);
      assertThat(cut.place(i)).isEqualTo(i);
    }
    assertThat(cut.split(8)).isEqualTo(org.seqlm.dataset.Split.TEST);
    assertThat(cut.place(8)).isEqualTo(1);
    for (int i = 0; i < 1000; i++) {
      long one = random.nextLong();
      long other = random.nextLong();
      if (Long.compareUnsigned(one, other) < 0) {
        assertThat(cut.block(2, one)).isLessThanOrEqualTo(cut.block(2, other)).isBetween(7, 9);
      }
    }
  }
}
