package org.seqlm.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.ChainFiles;
import org.seqlm.sql.expression.TextExpression;
import org.seqlm.sql.expression.TextFunction;
import org.seqlm.sql.expression.TextModel;
import org.seqlm.sql.expression.TokenFunction;
import org.seqlm.text.TextRules;

/**
 * Appends the tokens of a column of text, an array of strings, cut by the rules of {@code seqlm
 * prepare} or by those of a model. Nothing stands for ends of lines, but the line feeds among
 * characters. Null stays null.
 *
 * <p>Params: {@code inputCol}, {@code text} unless set; {@code outputCol}, {@code tokens} unless
 * set; {@code idsCol}, for the ids in the model's vocabulary, an array of int, none unless set;
 * {@code modelPath}, for a model's rules; without one {@code kind}, {@code word} unless set, {@code
 * char} or {@code whitespace}, and {@code unicode}, {@code letterCase}, {@code alphabet}, {@code
 * arabicLetters} and {@code punctuation}, as the group {@code tokenizer} of {@code
 * conf/prepare.yaml} has them; or in place of these {@code chain}, the stages that cut the text, as
 * YAML or JSON: {@code [nfkc, lowercase, {words: {emoji: drop}}]}. A stage's file is read on the
 * driver whenever a table is transformed.
 */
public final class TextTokenizer extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> idsCol;
  private final Param<String> modelPath;
  private final Param<String> kind;
  private final Param<String> unicode;
  private final Param<String> letterCase;
  private final Param<String> alphabet;
  private final Param<String> arabicLetters;
  private final Param<String> punctuation;
  private final Param<String> chain;

  /** With an id of its own. */
  public TextTokenizer() {
    this(Identifiable.randomUID("textTokenizer"));
  }

  /** With an id that is given, as readers and copies do. */
  public TextTokenizer(String uid) {
    this.uid = uid;
    inputCol = new Param<>(this, "inputCol", "the column of text");
    outputCol = new Param<>(this, "outputCol", "the tokens' column");
    idsCol = new Param<>(this, "idsCol", "the column of their ids in the model's vocabulary");
    modelPath = new Param<>(this, "modelPath", "the model by whose rules text is cut");
    kind = new Param<>(this, "kind", "char, word or whitespace");
    unicode = new Param<>(this, "unicode", "none, nfc or nfkc");
    letterCase = new Param<>(this, "letterCase", "keep or lower");
    alphabet = new Param<>(this, "alphabet", "all or letters-only");
    arabicLetters = new Param<>(this, "arabicLetters", "keep or persian");
    punctuation = new Param<>(this, "punctuation", "of words: drop or keep");
    chain = new Param<>(this, "chain", "the stages that cut the text, as YAML or JSON");
    setDefault(inputCol, "text");
    setDefault(outputCol, "tokens");
    setDefault(kind, "word");
    setDefault(unicode, "none");
    setDefault(letterCase, "keep");
    setDefault(alphabet, "all");
    setDefault(arabicLetters, "keep");
    setDefault(punctuation, "drop");
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public Param<String> idsCol() {
    return idsCol;
  }

  public Param<String> modelPath() {
    return modelPath;
  }

  public Param<String> kind() {
    return kind;
  }

  public Param<String> unicode() {
    return unicode;
  }

  public Param<String> letterCase() {
    return letterCase;
  }

  public Param<String> alphabet() {
    return alphabet;
  }

  public Param<String> arabicLetters() {
    return arabicLetters;
  }

  public Param<String> punctuation() {
    return punctuation;
  }

  public Param<String> chain() {
    return chain;
  }

  public TextTokenizer setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  public TextTokenizer setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  public TextTokenizer setIdsCol(String value) {
    set(idsCol, value);
    return this;
  }

  public TextTokenizer setModelPath(String value) {
    set(modelPath, value);
    return this;
  }

  public TextTokenizer setKind(String value) {
    set(kind, value);
    return this;
  }

  public TextTokenizer setUnicode(String value) {
    set(unicode, value);
    return this;
  }

  public TextTokenizer setLetterCase(String value) {
    set(letterCase, value);
    return this;
  }

  public TextTokenizer setAlphabet(String value) {
    set(alphabet, value);
    return this;
  }

  public TextTokenizer setArabicLetters(String value) {
    set(arabicLetters, value);
    return this;
  }

  public TextTokenizer setPunctuation(String value) {
    set(punctuation, value);
    return this;
  }

  public TextTokenizer setChain(String value) {
    set(chain, value);
    return this;
  }

  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  @Override
  public TextTokenizer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** The rules that are set, by the names of the configuration's keys. */
  private TextRules rules() {
    if (isDefined(chain)) {
      for (Param<String> rule : rulesOfKinds()) {
        if (isSet(rule)) {
          throw new IllegalArgumentException(
              uid + ": the stages of the chain cut the text: clear " + rule.name());
        }
      }
      try {
        return TextRules.of(ChainFiles.stages(getOrDefault(chain)));
      } catch (UserException e) {
        throw new IllegalArgumentException(uid + ": " + e.getMessage(), e);
      }
    }
    Map<String, String> keys = new TreeMap<>();
    keys.put("kind", getOrDefault(kind));
    keys.put("unicode", getOrDefault(unicode));
    keys.put("letter-case", getOrDefault(letterCase));
    keys.put("alphabet", getOrDefault(alphabet));
    keys.put("arabic-letters", getOrDefault(arabicLetters));
    keys.put("punctuation", getOrDefault(punctuation));
    try {
      return Json.mapper().convertValue(keys, TextRules.class);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          uid
              + ": "
              + keys
              + " has a value that there is not: see the group tokenizer of conf/prepare.yaml",
          e);
    }
  }

  private List<Param<String>> rulesOfKinds() {
    return List.of(kind, unicode, letterCase, alphabet, arabicLetters, punctuation);
  }

  /** The rules with the files that they name. */
  private TextRules rules(Configuration hadoop) {
    try {
      return rules().resolved(ChainFiles.opener(hadoop));
    } catch (UserException e) {
      throw new IllegalArgumentException(uid + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public StructType transformSchema(StructType schema) {
    List<StructField> appended = new ArrayList<>();
    appended.add(
        ColumnStage.appended(
            getOutputCol(), DataTypes.createArrayType(DataTypes.StringType, false)));
    if (isDefined(idsCol)) {
      if (!isDefined(modelPath)) {
        throw new IllegalArgumentException(
            uid + ": ids are those of a model's vocabulary: set modelPath, or clear idsCol");
      }
      appended.add(
          ColumnStage.appended(
              getOrDefault(idsCol), DataTypes.createArrayType(DataTypes.IntegerType, false)));
    }
    if (isDefined(modelPath)) {
      List<Param<String>> others = new ArrayList<>(rulesOfKinds());
      others.add(chain);
      for (Param<String> rule : others) {
        if (isSet(rule)) {
          throw new IllegalArgumentException(
              uid + ": the model's own rules cut the text: clear " + rule.name());
        }
      }
    } else {
      rules();
    }
    return ColumnStage.transformed(uid, schema, getInputCol(), appended);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    TextModel model = null;
    if (isDefined(modelPath)) {
      try {
        model = TextModel.open(dataset.sparkSession(), getOrDefault(modelPath));
      } catch (UserException e) {
        throw new IllegalArgumentException(uid + ": " + e.getMessage(), e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    TextRules rules =
        model == null
            ? rules(dataset.sparkSession().sparkContext().hadoopConfiguration())
            : model.rules();
    String origin = model == null ? Json.name(rules.kind()) : model.path();
    Column text = dataset.col("`" + getInputCol().replace("`", "``") + "`");
    Dataset<Row> tokens =
        dataset.withColumn(getOutputCol(), of(text, new TokenFunction(rules, null, origin)));
    return isDefined(idsCol)
        ? tokens.withColumn(getOrDefault(idsCol), of(text, new TokenFunction(rules, model, origin)))
        : tokens;
  }

  private static Column of(Column text, TextFunction function) {
    return new Column(new TextExpression(text.expr(), function));
  }

  /** Reads what {@code save} wrote. */
  public static MLReader<TextTokenizer> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote there. */
  public static TextTokenizer load(String path) {
    return read().load(path);
  }
}
