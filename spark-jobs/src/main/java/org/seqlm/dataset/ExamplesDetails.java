package org.seqlm.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.text.TextRules;

/**
 * What the manifest of labelled examples adds.
 *
 * @param task that they are of
 * @param metric that counts, for instance {@code accuracy}
 * @param columns one for each role that the task has here
 * @param rules how text was cut into tokens; null if no text was
 * @param texts columns that these cut from text; in others of tokens an example has an array of
 *     strings
 * @param labels names of the labels of each column that has some, in the order of their ids, which
 *     is that of their bytes; the train split has all of them
 * @param vocabularies of each column that has one
 * @param features of each column of numbers
 * @param splits statistics by split; one without examples has zeros
 * @param badRecords left out, by kind; empty if none
 * @param corpusFingerprint sum modulo 2^128 of the hashes of (file, place, record)
 * @param origin the built-in example that they are; null for people's own data
 */
public record ExamplesDetails(
    ExampleTask task,
    String metric,
    List<ExampleColumn> columns,
    @JsonInclude(JsonInclude.Include.NON_NULL) TextRules rules,
    List<String> texts,
    Map<String, List<String>> labels,
    Map<String, ColumnVocabulary> vocabularies,
    Map<String, FeatureStatistics> features,
    Map<Split, ExampleStatistics> splits,
    Map<String, Long> badRecords,
    String corpusFingerprint,
    @JsonInclude(JsonInclude.Include.NON_NULL) ExampleOrigin origin) {

  /**
   * The vocabulary of a column; its file is {@link Examples#vocabularyFile}.
   *
   * @param size ids, reserved ones included
   * @param end id of {@code </s>}; -1 if the vocabulary has none
   * @param unknown id of {@code <unk>}
   * @param fingerprint of the tokens in id order
   */
  public record ColumnVocabulary(int size, int end, int unknown, String fingerprint) {}

  public ExamplesDetails {
    columns = List.copyOf(columns);
    texts = texts == null ? List.of() : List.copyOf(texts);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    vocabularies = Collections.unmodifiableMap(new TreeMap<>(vocabularies));
    features = Collections.unmodifiableMap(new TreeMap<>(features));
    splits = Collections.unmodifiableMap(new TreeMap<>(splits));
    badRecords = Collections.unmodifiableMap(new TreeMap<>(badRecords));
  }

  /**
   * What was stored.
   *
   * @param name of the file, or of the examples, shown in messages
   * @throws UserException with exit code 3 if this build does not know what it says, for instance a
   *     task
   */
  public static ExamplesDetails read(JsonNode stored, String name) {
    try {
      return Json.mapper().treeToValue(stored, ExamplesDetails.class);
    } catch (JsonProcessingException e) {
      throw UserException.data(
          name
              + " says of its examples what this build does not know, so another build wrote it, or"
              + " it is damaged: "
              + e.getOriginalMessage().replace("\n", "; "),
          e);
    }
  }

  /** The column of a role; null if there is none. */
  public ExampleColumn column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst().orElse(null);
  }

  /** The same by another metric that counts. */
  public ExamplesDetails withMetric(String other) {
    return new ExamplesDetails(
        task,
        other,
        columns,
        rules,
        texts,
        labels,
        vocabularies,
        features,
        splits,
        badRecords,
        corpusFingerprint,
        origin);
  }
}
