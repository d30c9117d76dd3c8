package org.seqlm.lm.files;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.TableFile.Column;
import org.seqlm.lm.files.TableFile.Type;

/**
 * The files of an artifact of scores, one a range of the text: a row a line or a document, with the
 * columns
 *
 * <ul>
 *   <li>{@code path} of the file;
 *   <li>{@code record}: the (first) record's place in the file, from 1: a line of text or of JSON
 *       lines, a row of Parquet;
 *   <li>{@code line}: the line's place in its record, from 1 (always 1 in files of text); or {@code
 *       lines} of the document;
 * </ul>
 *
 * and of each model, in their order (with {@code _1}, {@code _2}, ... at the names' ends where
 * there are several),
 *
 * <ul>
 *   <li>{@code tokens} scored, line ends among them;
 *   <li>{@code oov}: of them unknown to the model;
 *   <li>{@code log10}: the sum of log10 p of all tokens, unknown ones among them, as KenLM's {@code
 *       query} prints;
 *   <li>{@code characters}: code points of the text as the model's rules normalise it, line feeds
 *       among them;
 *   <li>{@code spelling_log10}: log10 of the probability of the unknown words' spelling under the
 *       fixed character model ({@link org.seqlm.lm.Spelling}); bits a character are -(log10 +
 *       spelling_log10) / log10(2) / characters.
 * </ul>
 *
 * <p>Files of tokens, where they are asked for, have a row a token: {@code path}, {@code record},
 * {@code line} (its place in the record), {@code model} (from 1), {@code position} (in the line,
 * from 1), {@code token} as it was cut, {@code log10}, {@code order} of the n-gram that its
 * probability is of (0 where the model knows no such thing), and {@code oov} (1 or 0).
 */
public final class ScoreFiles {
  /** What a row is for. */
  public enum Unit {
    LINE,
    DOCUMENT
  }

  /** How rows are written. */
  public enum Format {
    PARQUET,
    TSV,
    JSONL;

    /** Of the files. */
    public String extension() {
      return switch (this) {
        case PARQUET -> ".parquet";
        case TSV -> ".tsv";
        case JSONL -> ".jsonl";
      };
    }
  }

  /** What the names of scores' columns beside a record's own begin with. */
  public static final String KEPT_PREFIX = "seqlm_";

  /** The columns of files of tokens. */
  public static final List<Column> TOKEN_COLUMNS =
      List.of(
          new Column("path", Type.TEXT),
          new Column("record", Type.COUNT),
          new Column("line", Type.COUNT),
          new Column("model", Type.COUNT),
          new Column("position", Type.COUNT),
          new Column("token", Type.TEXT),
          new Column("log10", Type.LOG10),
          new Column("order", Type.COUNT),
          new Column("oov", Type.COUNT));

  private static final List<String> OF_A_MODEL =
      List.of("tokens", "oov", "log10", "characters", "spelling_log10");

  private ScoreFiles() {}

  /**
   * The columns' names in their order.
   *
   * @param models that score the text, one or more
   */
  public static List<String> columns(Unit unit, int models) {
    return typed(unit, models).stream().map(Column::name).toList();
  }

  /** The columns in their order. */
  public static List<Column> typed(Unit unit, int models) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("path", Type.TEXT));
    columns.add(new Column("record", Type.COUNT));
    columns.add(new Column(unit == Unit.LINE ? "line" : "lines", Type.COUNT));
    for (int m = 1; m <= models; m++) {
      for (String column : OF_A_MODEL) {
        columns.add(
            new Column(
                models == 1 ? column : column + "_" + m,
                column.endsWith("log10") ? Type.LOG10 : Type.COUNT));
      }
    }
    return columns;
  }

  /** Gives a row the values of what a model made of it. */
  public static void put(TableFile row, TextScore score) {
    row.count(score.tokens())
        .count(score.unknown())
        .log10(score.log10())
        .count(score.characters())
        .log10(score.spellingLog10());
  }
}
