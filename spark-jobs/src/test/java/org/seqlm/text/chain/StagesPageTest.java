package org.seqlm.text.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** docs/corpus-tokenising.md has every stage, in the words of its provider. */
class StagesPageTest {
  private static final Path PAGE = Path.of("..", "docs", "corpus-tokenising.md");

  /** Those of the package that the page is of. */
  private static List<StageProvider> ours() {
    String home = StageProvider.class.getPackageName() + ".stages";
    return Stages.all().stream()
        .filter(one -> one.getClass().getPackageName().equals(home))
        .toList();
  }

  /** The table of one kind of stages. */
  static String table(StageProvider.Kind kind) {
    StringBuilder table =
        new StringBuilder("| stage | parameter | values | |\n|---|---|---|---|\n");
    for (StageProvider provider : ours()) {
      if (provider.kind() != kind) {
        continue;
      }
      row(table, "`" + provider.name() + "`", "", "", provider.summary());
      for (StageParameter parameter : provider.parameters()) {
        String values = parameter.values();
        if (parameter.type() == StageParameter.Type.CHOICE) {
          values = "`" + String.join("`, `", parameter.choices()) + "`";
        } else if (parameter.otherwise() != null) {
          values += " (" + parameter.otherwise() + ")";
        }
        row(table, "", "`" + parameter.name() + "`", values, parameter.meaning());
      }
    }
    return table.toString();
  }

  private static void row(StringBuilder table, String... cells) {
    for (String cell : cells) {
      table.append(cell.isEmpty() ? "| " : "| " + cell.replace("|", "\\|") + " ");
    }
    table.append("|\n");
  }

  @Test
  void thePageHasEveryStage() throws IOException {
    String page = Files.readString(PAGE);
    for (StageProvider.Kind kind : StageProvider.Kind.values()) {
      if (ours().stream().anyMatch(one -> one.kind() == kind)) {
        assertThat(page).contains(table(kind));
      }
    }
  }

  @Test
  void itsExamplesAreCutSo() throws IOException {
    Chain words = Chain.of(List.of(StageSpec.of("words")));
    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.equals("| text | `words` |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertThat(rows).hasSizeGreaterThan(5);
    for (String row : rows) {
      String[] cells = row.split(" ?\\| ?");
      List<String> tokens = new ArrayList<>();
      words.cut(cells[1], (text, from, to) -> tokens.add(text.substring(from, to)));
      assertThat(String.join(" · ", tokens)).isEqualTo(cells[2]);
    }
  }

  @Test
  void parametersAreWellNamed() {
    for (StageProvider provider : Stages.all()) {
      assertThat(provider.name()).matches("[a-z]+(-[a-z]+)*");
      Set<String> names = new HashSet<>();
      int files = 0;
      for (StageParameter parameter : provider.parameters()) {
        assertThat(parameter.name()).matches("[a-z]+(-[a-z]+)*").isNotIn("sha256", "content");
        assertThat(names.add(parameter.name())).isTrue();
        files += parameter.type() == StageParameter.Type.FILE ? 1 : 0;
      }
      assertThat(files).isLessThanOrEqualTo(1);
    }
  }
}
