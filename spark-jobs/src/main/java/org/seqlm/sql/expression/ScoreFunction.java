package org.seqlm.sql.expression;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.spark.scoring.DocumentScorer;

/**
 * What a model makes of a document: one score, or an array of those of its lines.
 *
 * @param unit what a score is for
 */
public record ScoreFunction(TextModel model, ScoreFiles.Unit unit) implements TextFunction {
  /** What a score has, in the order of its fields. */
  public enum Field {
    /** Scored, line ends among them. */
    TOKENS("tokens", DataTypes.LongType),
    /** Of them unknown to the model. */
    OOV("oov", DataTypes.LongType),
    /** The sum of log10 p of all tokens, as KenLM's query prints it. */
    LOG10("log10", DataTypes.DoubleType),
    /** Code points as the model's rules normalise the text, line feeds among them. */
    CHARACTERS("characters", DataTypes.LongType),
    /** log10 of the probability of the unknown words' spelling, 0 or less. */
    SPELLING_LOG10("spelling_log10", DataTypes.DoubleType),
    /** {@link TextScore#perplexity}. */
    PERPLEXITY("perplexity", DataTypes.DoubleType),
    /** {@link TextScore#bitsPerCharacter}. */
    BITS_PER_CHARACTER("bits_per_character", DataTypes.DoubleType);

    private final String column;
    private final DataType type;

    Field(String column, DataType type) {
      this.column = column;
      this.type = type;
    }

    /** Its name in a row. */
    public String column() {
      return column;
    }

    /** {@code bigint} or {@code double}. */
    public DataType type() {
      return type;
    }
  }

  /** Of one score. */
  public static final StructType SCORE = schema();

  private static StructType schema() {
    List<StructField> fields = new ArrayList<>();
    for (Field field : Field.values()) {
      fields.add(DataTypes.createStructField(field.column(), field.type(), false));
    }
    return DataTypes.createStructType(fields);
  }

  @Override
  public DataType dataType() {
    return unit == ScoreFiles.Unit.DOCUMENT ? SCORE : DataTypes.createArrayType(SCORE, false);
  }

  @Override
  public String name() {
    return unit == ScoreFiles.Unit.DOCUMENT ? "seqlm_score" : "seqlm_score_lines";
  }

  @Override
  public String argument() {
    return model.path();
  }

  @Override
  public Evaluator open() throws IOException {
    DocumentScorer scorer = model.scorer();
    if (unit == ScoreFiles.Unit.DOCUMENT) {
      return utf8 -> row(scorer.score(utf8));
    }
    return utf8 -> {
      List<Object> lines = new ArrayList<>();
      scorer.lines(utf8, line -> lines.add(row(line)));
      return new GenericArrayData(lines.toArray());
    };
  }

  private static GenericInternalRow row(TextScore score) {
    return new GenericInternalRow(
        new Object[] {
          score.tokens(),
          score.unknown(),
          score.log10(),
          score.characters(),
          score.spellingLog10(),
          score.perplexity(),
          score.bitsPerCharacter()
        });
  }
}
