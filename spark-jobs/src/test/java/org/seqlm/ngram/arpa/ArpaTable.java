package org.seqlm.ngram.arpa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** An ARPA file as a table, read line by line; fails where the file contradicts itself. */
public final class ArpaTable {
  private ArpaTable() {}

  /** log10 p and log10 γ (0 where none is given) by n-gram. */
  public static Map<List<String>, double[]> read(Path file) {
    Map<List<String>, double[]> entries = new HashMap<>();
    Map<Integer, Long> announced = new HashMap<>();
    Map<Integer, Long> found = new HashMap<>();
    int section = 0;
    try (InputStream bytes = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      assertThat(in.readLine()).isEqualTo("\\data\\");
      String line = in.readLine();
      for (; line != null && !line.equals("\\end\\"); line = in.readLine()) {
        if (line.startsWith("ngram ") && section == 0) {
          int equals = line.indexOf('=');
          announced.put(
              Integer.valueOf(line.substring(6, equals)), Long.valueOf(line.substring(equals + 1)));
        } else if (line.endsWith("-grams:") && !line.contains("\t")) {
          assertThat(line).isEqualTo("\\" + ++section + "-grams:");
          found.put(section, 0L);
        } else if (!line.isEmpty()) {
          String[] fields = line.split("\t", -1);
          List<String> ngram = List.of(fields[1].split(" ", -1));
          assertThat(ngram).as(line).hasSize(section);
          double[] entry = {
            Double.parseDouble(fields[0]), fields.length > 2 ? Double.parseDouble(fields[2]) : 0
          };
          assertThat(entries.put(ngram, entry)).as(line).isNull();
          found.merge(section, 1L, Long::sum);
        }
      }
      assertThat(line).isEqualTo("\\end\\");
      assertThat(in.readLine()).isNull();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(found).isEqualTo(announced);
    return entries;
  }

  /** Asserts that two tables have the same n-grams, and nearly the same numbers. */
  public static void assertNear(
      Map<List<String>, double[]> actual, Map<List<String>, double[]> expected, double most) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    double worst = 0;
    List<String> where = List.of();
    for (Map.Entry<List<String>, double[]> entry : expected.entrySet()) {
      double[] other = actual.get(entry.getKey());
      for (int i = 0; i < 2; i++) {
        // A probability of nothing is written as -99.
        double wanted = Math.max(-99, entry.getValue()[i]);
        double difference = Math.abs(other[i] - wanted);
        if (!(difference <= worst)) {
          worst = difference;
          where = entry.getKey();
        }
      }
    }
    assertThat(worst).as("%s", where).isLessThan(most);
  }
}
