package org.seqlm.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/corpus-filter.md tells every parameter as the code has it. */
class FilterPageTest {
  private static String row(FilterKind kind, FilterKind.Parameter parameter) {
    return String.format(
        "| `%s` | `%s` | %s | %s |",
        kind.name(), parameter.name(), initial(parameter.initial()), parameter.meaning());
  }

  private static String initial(Object value) {
    if (value instanceof Double number) {
      return number.isInfinite() ? "any" : Rule.number(number);
    }
    return value instanceof List<?> list
        ? list.isEmpty()
            ? "none"
            : list.stream().map(one -> "`" + one + "`").collect(Collectors.joining(" "))
        : "`" + value + "`";
  }

  @Test
  void tellsEveryParameter() throws IOException {
    String page = Files.readString(Path.of("../docs/corpus-filter.md"));
    String rows =
        FilterKinds.ours().stream()
            .flatMap(kind -> kind.parameters().stream().map(parameter -> row(kind, parameter)))
            .collect(Collectors.joining("\n"));
    assertThat(page).contains(rows);
    assertThat(page).contains("-- --packages " + LinguaDetector.PACKAGE);
    String version = LinguaDetector.PACKAGE.replaceAll(".*:", "");
    assertThat(Files.readString(Path.of("../pom.xml")))
        .contains("<lingua.version>" + version + "</lingua.version>");
    for (FilterKind kind : FilterKinds.ours()) {
      assertThat(page).contains("| `" + kind.name() + "` | " + kind.source() + " |");
    }
  }
}
