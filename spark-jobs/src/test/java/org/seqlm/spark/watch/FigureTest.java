package org.seqlm.spark.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;

/** The names that dashboards know: in the code, on the page and on the board. */
class FigureTest {
  private static final Path BOARD = Path.of("../deploy/grafana/seqlm.json");

  @Test
  void namesAreThoseOfTheTable() throws IOException {
    List<String> documented =
        Pattern.compile("^\\| `([a-z]+\\.[a-z-]+)` \\|", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("../docs/watching.md")))
            .results()
            .map(name -> name.group(1))
            .toList();
    assertThat(documented)
        .containsExactlyElementsOf(Arrays.stream(Figure.values()).map(Figure::metric).toList());
  }

  @Test
  void sparkGetsAllOfThem() {
    MetricRegistry registry = new MetricRegistry();
    SeqlmPlugin.register(registry);
    assertThat(registry.getGauges().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Figure.values()).map(Figure::metric).toList());
    Figures.set(Figure.TRAINING_LOSS, 1.5);
    assertThat(registry.getGauges().get("training.loss").getValue()).isEqualTo(1.5);
    Figures.set(Figure.TRAINING_LOSS, Double.NaN);
    Figures.add(Figure.TRAINING_LOSS, 2);
    Figures.add(Figure.TRAINING_LOSS, 3);
    assertThat(registry.getGauges().get("training.loss").getValue()).isEqualTo(5.0);
    Figures.set(Figure.TRAINING_LOSS, Double.NaN);
  }

  @Test
  void aNameForPrometheus() {
    assertThat(Figure.TRAINING_TOKENS_PER_SECOND.prometheus("seqlm"))
        .isEqualTo(
            "metrics_seqlm_driver_plugin_org_seqlm_spark_watch_SeqlmPlugin"
                + "_training_tokens_per_second_Value");
  }

  /** Grafana takes a board without complaint whose panels ask for what nobody tells. */
  @Test
  void theBoardAsksForFiguresThatThereAre() throws IOException {
    JsonNode board = Json.mapper().readTree(BOARD.toFile());
    assertThat(board.path("schemaVersion").asInt()).isPositive();
    assertThat(board.path("uid").asText()).isNotBlank();
    List<String> expressions = board.path("panels").findValuesAsText("expr");
    assertThat(expressions).hasSizeGreaterThan(10);
    Set<String> there =
        Arrays.stream(Figure.values()).map(f -> f.prometheus("seqlm")).collect(Collectors.toSet());
    List<String> asked =
        expressions.stream()
            .flatMap(text -> Pattern.compile("metrics_\\w+").matcher(text).results())
            .map(MatchResult::group)
            .toList();
    assertThat(asked).hasSizeGreaterThanOrEqualTo(expressions.size());
    assertThat(there).containsAll(asked);
    // Panels have places of their own, and ids.
    List<JsonNode> panels =
        List.of(Json.mapper().convertValue(board.path("panels"), JsonNode[].class));
    assertThat(panels.stream().map(panel -> panel.path("id").asInt())).doesNotHaveDuplicates();
    assertThat(panels.stream().map(panel -> panel.path("gridPos"))).doesNotHaveDuplicates();
    assertThat(panels).allMatch(panel -> panel.path("title").asText().length() > 2);
  }
}
