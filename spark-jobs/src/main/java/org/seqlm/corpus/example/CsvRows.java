package org.seqlm.corpus.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.seqlm.corpus.RangeRecords;

/**
 * Rows of a CSV file (RFC 4180: commas, double quotes, which are doubled within, and line feeds
 * within quotes), whose first row names the columns, read by univocity's parser, which is Spark's.
 * An empty field without quotes is none. A field that begins with a bracket is an array in JSON,
 * but in columns of text.
 */
final class CsvRows implements RangeRecords.Steps {
  /** Takes rows. */
  interface Sink {
    /**
     * A row.
     *
     * @param line of the file that it begins in, from 0
     */
    void row(ObjectNode fields, long line);

    /** A row that has another number of fields than the first one. */
    void bad(String message, long line);
  }

  private static final int MOST_COLUMNS = 1 << 14;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final CsvParser parser;
  private final int most;
  private final Set<String> texts;
  private final Sink sink;
  private String[] header;

  /**
   * @param text UTF-8
   * @param most characters of a field
   * @param texts columns that are text, whatever they begin with
   */
  CsvRows(InputStream text, int most, Set<String> texts, Sink sink) throws IOException {
    this.most = most;
    this.texts = texts;
    this.sink = sink;
    CsvParserSettings settings = new CsvParserSettings();
    settings.setLineSeparatorDetectionEnabled(true);
    settings.setMaxCharsPerColumn(most);
    settings.setMaxColumns(MOST_COLUMNS);
    settings.setReadInputOnSeparateThread(false);
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.setEmptyValue("");
    settings.getFormat().setComment('\0');
    // univocity's own escape is a quote as well; RFC 4180 has no other.
    parser = new CsvParser(settings);
    try {
      parser.beginParsing(
          new BufferedReader(
              new InputStreamReader(
                  text,
                  StandardCharsets.UTF_8
                      .newDecoder()
                      .onMalformedInput(CodingErrorAction.REPORT)
                      .onUnmappableCharacter(CodingErrorAction.REPORT))));
      header = parser.parseNext();
    } catch (TextParsingException | IllegalStateException e) {
      throw damage(e);
    }
    checkHeader();
  }

  private void checkHeader() throws IOException {
    if (header == null) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < header.length; i++) {
      String name = header[i] == null ? "" : header[i];
      header[i] = i == 0 && name.startsWith(BYTE_ORDER_MARK) ? name.substring(1) : name;
      if (!seen.add(header[i]) && !header[i].isEmpty()) {
        throw new IOException("its first row names the column " + header[i] + " twice");
      }
    }
  }

  @Override
  public boolean step() throws IOException {
    if (header == null) {
      return false;
    }
    long line = parser.getContext().currentLine();
    String[] row;
    try {
      row = parser.parseNext();
    } catch (TextParsingException | IllegalStateException e) {
      throw damage(e);
    }
    if (row == null) {
      return false;
    }
    if (row.length != header.length) {
      sink.bad(
          "the row has "
              + row.length
              + " fields, but the file's first one names "
              + header.length
              + ": put fields with commas or line feeds into double quotes",
          line);
      return true;
    }
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < row.length; i++) {
      if (row[i] != null) {
        fields.set(header[i], value(header[i], row[i]));
      }
    }
    sink.row(fields, line);
    return true;
  }

  private JsonNode value(String column, String field) {
    return texts.contains(column)
        ? JsonNodeFactory.instance.textNode(field)
        : RecordFields.array(field);
  }

  /** What the parser complains of, which wraps it and quotes the text around. */
  private IOException damage(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.nio.charset.CharacterCodingException) {
        return new IOException("it is no UTF-8: write it in UTF-8", e);
      }
      if (cause instanceof IOException failure) {
        return failure;
      }
    }
    return new IOException(
        "after line "
            + (parser.getContext() == null ? 0 : parser.getContext().currentLine())
            + " a field has more than "
            + most
            + " characters: close its quotes, or raise input.max-record-bytes",
        e);
  }
}
