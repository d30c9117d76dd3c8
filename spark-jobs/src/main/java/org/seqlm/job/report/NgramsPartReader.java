package org.seqlm.job.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.SmallFile;
import org.seqlm.report.ReportModel.CountOfCounts;
import org.seqlm.report.ReportModel.MarkovScore;
import org.seqlm.report.ReportModel.NgramsPart;
import org.seqlm.report.ReportModel.OrderTotals;
import org.seqlm.report.ReportModel.TopNgram;
import org.seqlm.report.ReportModel.ZipfPoint;

/**
 * Reads the statistics of counted n-grams into an {@link NgramsPart}: the TSV files of the most
 * frequent n-grams, counts of counts and the Zipf plot, and statistics.json. What is not there is
 * empty; the counts themselves are not read.
 */
final class NgramsPartReader {
  private NgramsPartReader() {}

  /**
   * The statistics that the artifact keeps.
   *
   * @param name of the n-grams in the report
   * @throws UserException with exit code 3 if a line has another number of columns
   * @throws IllegalArgumentException if a column is no number
   */
  static NgramsPart read(FileSystem fs, ArtifactReader artifact, String name) throws IOException {
    List<TopNgram> top = top(fs, artifact);
    List<CountOfCounts> countsOfCounts = countsOfCounts(fs, artifact);
    List<ZipfPoint> zipf = zipf(fs, artifact);
    JsonNode report = report(fs, artifact);
    return new NgramsPart(
        name,
        orders(report),
        top,
        countsOfCounts,
        zipf,
        number(report.path("statistics").path("zipf").path("exponent")),
        report.path("scored").isTextual() ? report.path("scored").asText() : "?",
        models(report));
  }

  private static List<TopNgram> top(FileSystem fs, ArtifactReader artifact) throws IOException {
    List<TopNgram> top = new ArrayList<>();
    for (String[] row : table(fs, artifact, "top.tsv", 4)) {
      top.add(
          new TopNgram(
              Integer.parseInt(row[0]), Integer.parseInt(row[1]), row[2], Long.parseLong(row[3])));
    }
    return top;
  }

  private static List<CountOfCounts> countsOfCounts(FileSystem fs, ArtifactReader artifact)
      throws IOException {
    List<CountOfCounts> counts = new ArrayList<>();
    for (String[] row : table(fs, artifact, "counts-of-counts.tsv", 3)) {
      boolean more = row[1].endsWith("+");
      counts.add(
          new CountOfCounts(
              Integer.parseInt(row[0]),
              Long.parseLong(more ? row[1].substring(0, row[1].length() - 1) : row[1]),
              more ? CountOfCounts.Bound.AT_LEAST : CountOfCounts.Bound.EXACTLY,
              Long.parseLong(row[2])));
    }
    return counts;
  }

  private static List<ZipfPoint> zipf(FileSystem fs, ArtifactReader artifact) throws IOException {
    List<ZipfPoint> zipf = new ArrayList<>();
    for (String[] row : table(fs, artifact, "zipf.tsv", 3)) {
      zipf.add(
          new ZipfPoint(
              Long.parseLong(row[0]),
              Long.parseLong(row[1]),
              row[2].isEmpty() ? null : Double.valueOf(row[2])));
    }
    return zipf;
  }

  /** statistics.json, an empty object if it is not there. */
  private static JsonNode report(FileSystem fs, ArtifactReader artifact) throws IOException {
    Path file = new Path(artifact.data(), "statistics.json");
    return fs.exists(file)
        ? SmallFile.object(fs, file, file.toString(), SmallFile.Remedy.NONE)
        : Json.mapper().createObjectNode();
  }

  private static List<OrderTotals> orders(JsonNode report) {
    List<OrderTotals> orders = new ArrayList<>();
    for (JsonNode order : report.path("statistics").path("orders")) {
      orders.add(
          new OrderTotals(
              order.path("order").asInt(),
              order.path("total").asLong(),
              order.path("types").asLong()));
    }
    return orders;
  }

  private static List<MarkovScore> models(JsonNode report) {
    List<MarkovScore> models = new ArrayList<>();
    for (JsonNode model : report.path("models")) {
      models.add(
          new MarkovScore(
              model.path("order").asInt()
                  + "-gram "
                  + model.path("estimator").asText()
                  + (model.path("k").isNumber() ? " " + model.path("k").asText() : ""),
              model.path("tokens").asLong(),
              model.path("zero-probability").asLong(),
              number(model.path("bits-per-token")),
              number(model.path("perplexity"))));
    }
    return models;
  }

  private static Double number(JsonNode node) {
    return node.isNumber() ? node.asDouble() : null;
  }

  /** Rows of tab-separated columns; none if the file is not there. */
  private static List<String[]> table(
      FileSystem fs, ArtifactReader artifact, String file, int columns) throws IOException {
    Path path = new Path(artifact.data(), file);
    List<String[]> rows = new ArrayList<>();
    if (!fs.exists(path)) {
      return rows;
    }
    for (String line : lines(fs, path)) {
      String[] row = line.split("\t", -1);
      if (row.length != columns) {
        throw UserException.data(
            path + " needs " + columns + " columns in each line, but has: " + line);
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<String> lines(FileSystem fs, Path file) throws IOException {
    byte[] content = SmallFile.bytes(fs, file, file.toString(), SmallFile.Remedy.NONE);
    String text = new String(content, StandardCharsets.UTF_8);
    return Arrays.stream(text.split("\n", -1)).filter(line -> !line.isEmpty()).toList();
  }
}
