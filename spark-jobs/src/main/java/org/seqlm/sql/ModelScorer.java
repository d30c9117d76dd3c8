package org.seqlm.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.seqlm.UserException;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.sql.expression.ScoreFunction;
import org.seqlm.sql.expression.TextExpression;
import org.seqlm.sql.expression.TextModel;

/**
 * Appends what a model makes of a column of text, as {@link SeqlmFunctions} do and {@code seqlm
 * score} does, bit for bit. A value is a document, a text of its own; null stays null. The model is
 * opened with each {@code transform}, and once in each executor.
 *
 * <p>Params: {@code modelPath}; {@code inputCol}, {@code text} unless set; {@code outputCol},
 * {@code score} unless set, a struct of {@code tokens}, {@code oov}, {@code log10}, {@code
 * characters}, {@code spelling_log10}, {@code perplexity} and {@code bits_per_character}; {@code
 * fields}, some of these, each a column of its own in place of the struct, {@code score_perplexity}
 * for instance; {@code unit}, {@code document} unless set, or {@code line}: arrays with an element
 * a line.
 *
 * @param <M> itself
 */
public abstract class ModelScorer<M extends ModelScorer<M>> extends Model<M>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> modelPath;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> unit;
  private final StringArrayParam fields;

  ModelScorer(String uid) {
    this.uid = uid;
    modelPath = new Param<>(this, "modelPath", "the model, any path that seqlm score takes");
    inputCol = new Param<>(this, "inputCol", "the column of text");
    outputCol = new Param<>(this, "outputCol", "the score's column, or what its fields begin with");
    unit = new Param<>(this, "unit", "what a score is for: document or line");
    fields = new StringArrayParam(this, "fields", "columns of their own; none for a struct");
    setDefault(inputCol, "text");
    setDefault(outputCol, "score");
    setDefault(unit, "document");
    setDefault(fields, new String[0]);
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> modelPath() {
    return modelPath;
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public Param<String> unit() {
    return unit;
  }

  public StringArrayParam fields() {
    return fields;
  }

  public String getModelPath() {
    return getOrDefault(modelPath);
  }

  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  public String getUnit() {
    return getOrDefault(unit);
  }

  public String[] getFields() {
    return getOrDefault(fields);
  }

  public M setModelPath(String value) {
    set(modelPath, value);
    return self();
  }

  public M setInputCol(String value) {
    set(inputCol, value);
    return self();
  }

  public M setOutputCol(String value) {
    set(outputCol, value);
    return self();
  }

  public M setUnit(String value) {
    set(unit, value);
    return self();
  }

  public M setFields(String[] value) {
    set(fields, value);
    return self();
  }

  abstract M self();

  /**
   * Checks a model that was just opened.
   *
   * @throws IllegalArgumentException if this scorer is for others
   */
  void check(TextModel model) {}

  @Override
  public M copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  private ScoreFiles.Unit scored() {
    for (ScoreFiles.Unit each : ScoreFiles.Unit.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(getUnit())) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        uid + ": unit must be document or line, but is " + getUnit());
  }

  private DataType ofUnit(DataType type) {
    return scored() == ScoreFiles.Unit.DOCUMENT ? type : DataTypes.createArrayType(type, false);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    if (!isDefined(modelPath)) {
      throw ColumnStage.missing(uid, "modelPath");
    }
    List<StructField> appended = new ArrayList<>();
    for (String field : getFields()) {
      if (!Arrays.asList(ScoreFunction.SCORE.fieldNames()).contains(field)) {
        throw new IllegalArgumentException(
            uid
                + ": fields has "
                + field
                + ", which is none of "
                + String.join(", ", ScoreFunction.SCORE.fieldNames()));
      }
      DataType type = ScoreFunction.SCORE.apply(field).dataType();
      appended.add(ColumnStage.appended(getOutputCol() + "_" + field, ofUnit(type)));
    }
    if (appended.isEmpty()) {
      appended.add(ColumnStage.appended(getOutputCol(), ofUnit(ScoreFunction.SCORE)));
    }
    return ColumnStage.transformed(uid, schema, getInputCol(), appended);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    TextModel model;
    try {
      model = TextModel.open(dataset.sparkSession(), getModelPath());
    } catch (UserException e) {
      throw new IllegalArgumentException(uid + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    check(model);
    Column text = dataset.col("`" + getInputCol().replace("`", "``") + "`");
    Column score = new Column(new TextExpression(text.expr(), new ScoreFunction(model, scored())));
    if (getFields().length == 0) {
      return dataset.withColumn(getOutputCol(), score);
    }
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("*"));
    for (String field : getFields()) {
      columns.add(score.getField(field).as(getOutputCol() + "_" + field));
    }
    return dataset.select(columns.toArray(Column[]::new));
  }
}
