package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;
import org.seqlm.spark.watch.Figure;

/** A pipeline in a process of its own, watched as an operator does: over HTTP, and by its files. */
@OnCluster
class WatchedRunTest {
  @TempDir Path folder;

  /** The lines of an overlay, as Spark's settings. */
  private static void apply(Path overlay, OwnProcess process) throws IOException {
    Files.readAllLines(overlay).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split("\\s+", 2))
        .forEach(pair -> process.with(pair[0], pair[1].strip()));
  }

  private static OptionalDouble value(String scraped, Figure figure) {
    String line = "^" + Pattern.quote(figure.prometheus("seqlm")) + "\\{[^}]*\\} (\\S+)$";
    return Pattern.compile(line, Pattern.MULTILINE)
        .matcher(scraped)
        .results()
        .mapToDouble(found -> Double.parseDouble(found.group(1)))
        .findFirst();
  }

  @Test
  void itsFiguresAreScrapedItsJobsAreNamedAndItsLogSaysWhoseALineIs() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path events = Files.createDirectories(folder.resolve("events"));
    Path run = folder.resolve("quickstart");
    Map<Figure, Double> last = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    boolean whole = false; // a page had all of them; before, the plugin may not have begun
    try (OwnProcess command = new OwnProcess(Files.createDirectories(folder.resolve("own")))) {
      apply(Path.of("../conf/overlays/metrics.conf"), command);
      command
          .with("spark.ui.port", port)
          .with("spark.eventLog.enabled", true)
          .with("spark.eventLog.dir", events.toUri())
          .with("spark.log.level", "INFO")
          .command(
              "quickstart",
              "--output",
              run,
              "--size",
              120_000,
              "--master",
              "local[2]",
              "--set",
              "order=3",
              "--set",
              "train={network: {hidden: 16, embedding: 8}, training: {epochs: 0.5, batch: 4,"
                  + " time-steps: 8}}");
      HttpClient client =
          HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
      URI page = URI.create("http://127.0.0.1:" + port + "/metrics/prometheus");
      while (command.isAlive()) {
        try {
          HttpResponse<String> scraped =
              client.send(
                  HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
          if (scraped.statusCode() != 200 || !scraped.body().startsWith("metrics_")) {
            continue; // until the servlet is there, other pages answer
          }
          whole =
              whole
                  || Arrays.stream(Figure.values())
                      .allMatch(figure -> value(scraped.body(), figure).isPresent());
          for (Figure figure : whole ? Figure.values() : new Figure[0]) {
            OptionalDouble value = value(scraped.body(), figure);
            if (value.isEmpty()) {
              missing.add(figure + " is not in\n" + scraped.body());
            } else if (!Double.isNaN(value.getAsDouble())) {
              last.put(figure, value.getAsDouble());
            }
          }
        } catch (IOException e) {
          // It starts, or has just ended.
        }
        Thread.sleep(50);
      }
      command.succeeds();
      assertThat(command.err())
          .containsPattern("INFO \\w+: \\[seqlm quickstart \\S+, train round 1 worker [01]\\] ")
          .containsPattern("DAGScheduler: \\[seqlm quickstart \\S+, train round 2\\] Job");
    }
    assertThat(whole).as("all figures on one page").isTrue();
    assertThat(missing).isEmpty();
    assertThat(last.get(Figure.TRAINING_ROUND)).isBetween(1.0, last.get(Figure.TRAINING_ROUNDS));
    assertThat(last.get(Figure.TRAINING_WORKERS)).isEqualTo(2);
    assertThat(last.get(Figure.TRAINING_LOSS)).isBetween(1.0, 5.0);
    assertThat(last.get(Figure.TRAINING_VALIDATION_LOSS)).isBetween(1.0, 5.0);
    assertThat(last.get(Figure.TRAINING_TOKENS_PER_SECOND)).isPositive();
    assertThat(last.get(Figure.TRAINING_AVERAGING_SECONDS))
        .isBetween(0.0, last.get(Figure.TRAINING_ROUND_SECONDS));
    assertThat(last.get(Figure.COUNTING_TOKENS)).isGreaterThan(10_000);
    assertThat(last.get(Figure.SCORING_TOKENS)).isPositive();
    assertThat(last.get(Figure.TASKS_SHUFFLE_BYTES)).isPositive();
    assertThat(last.get(Figure.TASKS_FAILED)).isZero();
    assertThat(last).doesNotContainKey(Figure.NIGHT_PROMOTED);

    // As the history server reads it: a complete log, whose jobs say what they were for.
    Path log;
    try (Stream<Path> logs = Files.list(events)) {
      log = logs.findFirst().orElseThrow();
    }
    assertThat(log.getFileName().toString()).doesNotEndWith(".inprogress");
    List<JsonNode> all = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      all.add(Json.mapper().readTree(line));
    }
    assertThat(all.get(all.size() - 1).path("Event").asText())
        .isEqualTo("SparkListenerApplicationEnd");
    assertThat(all)
        .filteredOn(event -> event.path("Event").asText().equals("SparkListenerJobStart"))
        .isNotEmpty()
        .allMatch(job -> !job.at("/Properties/spark.job.description").asText().isBlank())
        .anyMatch(
            job ->
                job.at("/Properties/spark.job.description")
                    .asText()
                    .matches("round 2 of \\d+: 2 workers train 20 steps"));
  }
}
