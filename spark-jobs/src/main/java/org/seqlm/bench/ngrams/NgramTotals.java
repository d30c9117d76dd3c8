package org.seqlm.bench.ngrams;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.artifact.Json;

/**
 * What a contestant counted, which shows that all count the same: the n-grams within the lines
 * {@code <s> w… </s>}, the empty ones too.
 *
 * @param totals of orders 1 to N; empty where the contestant does not say
 * @param types of orders 1 to N, distinct n-grams; empty where it does not say
 * @param innerTotals the same without those that hold {@code <s>} or {@code </s>}
 * @param innerTypes likewise
 */
public record NgramTotals(
    List<Long> totals, List<Long> types, List<Long> innerTotals, List<Long> innerTypes) {
  static final NgramTotals UNTOLD = new NgramTotals(List.of(), List.of());

  NgramTotals(List<Long> totals, List<Long> types) {
    this(totals, types, List.of(), List.of());
  }

  /** Of a contestant of ours that wrote them with {@link #write}. */
  static NgramTotals read(Path file) throws IOException {
    return Json.mapper().readValue(Files.readAllBytes(file), NgramTotals.class);
  }

  void write(Path file) throws IOException {
    Files.writeString(file, Json.pretty(this));
  }

  /** Of the result record of {@code seqlm ngrams}, whose statistics are without the marks. */
  static NgramTotals ofResult(JsonNode result) {
    NgramTotals told = new NgramTotals(List.of(), List.of(), new ArrayList<>(), new ArrayList<>());
    for (JsonNode order : result.at("/report/statistics/orders")) {
      told.innerTotals.add(order.path("total").asLong());
      told.innerTypes.add(order.path("types").asLong());
    }
    return told;
  }

  /** Of the head of an ARPA file, whose unigrams have {@code <unk>} beside what was counted. */
  static NgramTotals ofArpa(Path file) throws IOException {
    NgramTotals told = new NgramTotals(List.of(), new ArrayList<>());
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      String line = in.readLine();
      while (line != null && !line.endsWith("-grams:")) {
        if (line.startsWith("ngram ")) {
          long entries = Long.parseLong(line.substring(line.indexOf('=') + 1).strip());
          told.types.add(told.types.isEmpty() ? entries - 1 : entries);
        }
        line = in.readLine();
      }
    }
    return told;
  }
}
