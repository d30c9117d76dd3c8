package org.seqlm.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.types.DataTypes;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.quality.FilterSpec;
import org.seqlm.sql.expression.LanguageFunction;
import org.seqlm.sql.expression.PlainFunction;
import org.seqlm.sql.expression.QualityFunction;
import org.seqlm.sql.expression.ScoreFunction;
import org.seqlm.sql.expression.TextExpression;
import org.seqlm.sql.expression.TextFunction;
import org.seqlm.sql.expression.TextModel;
import org.seqlm.sql.expression.TokenFunction;
import scala.Option;
import scala.Some;
import scala.collection.Seq;
import scala.collection.immutable.Map$;

/**
 * Functions of SQL that ask a model about a text. Each takes the path of a model, any that {@code
 * seqlm score} takes, which must be a constant, and the text, a string. A value is a document, a
 * text of its own, which is scored as {@code seqlm score --unit document} scores it, bit for bit.
 * Null gives null, and so does text that is not valid UTF-8, which {@code score} leaves out.
 *
 * <table>
 * <caption>Functions</caption>
 * <tr><td>{@code seqlm_score}</td><td>{@code struct<tokens: bigint, oov: bigint, log10: double,
 * characters: bigint, spelling_log10: double, perplexity: double, bits_per_character: double>}
 * </td></tr>
 * <tr><td>{@code seqlm_perplexity}</td><td>its field {@code perplexity}, 10^(−log10 / tokens)
 * </td></tr>
 * <tr><td>{@code seqlm_log10}</td><td>its field {@code log10}</td></tr>
 * <tr><td>{@code seqlm_tokens}</td><td>its field {@code tokens}</td></tr>
 * <tr><td>{@code seqlm_score_lines}</td><td>an array of such structs, one a line of the text
 * </td></tr>
 * <tr><td>{@code seqlm_tokenize}</td><td>{@code array<string>}: the tokens that the model's rules
 * cut the text into, without line ends</td></tr>
 * <tr><td>{@code seqlm_token_ids}</td><td>{@code array<int>}: their ids in the model's vocabulary,
 * 0 for unknown ones</td></tr>
 * <tr><td>{@code seqlm_quality}</td><td>of filters, not of a model: {@code struct<kept: boolean,
 * removed_by: string, reasons: map<string, double>, figures: map<string, double>, text: string>}, as
 * {@code seqlm corpus filter} judges a record</td></tr>
 * <tr><td>{@code seqlm_language}</td><td>of the text alone: its likeliest language</td></tr>
 * </table>
 *
 * <p>Some take a text alone. Three give what it has in common with texts like it: {@code
 * seqlm_text_hash}, {@code bigint}, a hash modulo 2^61 - 1 of its words, whatever their case and
 * what stands between them; and, as {@code seqlm corpus duplicates} has them by default, {@code
 * seqlm_minhash}, {@code array<int>}, its signature of 96 values, and {@code seqlm_minhash_bands},
 * {@code array<bigint>}, the keys of its 16 bands. The last two are null of a text without a word.
 * Two give what {@code seqlm corpus profile} measures of a document, by its first 20,000 words:
 * {@code seqlm_readability}, {@code struct<sentences: bigint, words: bigint, lix: double, ari:
 * double, coleman_liau: double, flesch: double, flesch_kincaid: double, fog: double, smog:
 * double>}, and {@code seqlm_diversity}, {@code struct<words: bigint, types: bigint, mattr: double,
 * mtld: double, hdd: double>}; a measure that the text is too short for is null.
 *
 * <p>The model is opened while the query is analysed, in the driver, and once in each executor that
 * evaluates it. Several functions of one model and one text in a query score the text once.
 */
public final class SeqlmFunctions {
  private SeqlmFunctions() {}

  /**
   * Gives a session that runs already the functions; {@link SeqlmExtensions} does so for all
   * sessions of an application from their start.
   */
  public static void register(SparkSession session) {
    for (Function function : Function.values()) {
      session
          .sessionState()
          .functionRegistry()
          .registerFunction(function.identifier(), function.info(), function::expression);
    }
    for (PlainFunction function : PlainFunctions.all()) {
      session
          .sessionState()
          .functionRegistry()
          .registerFunction(
              PlainFunctions.identifier(function),
              PlainFunctions.info(function),
              arguments -> PlainFunctions.expression(function, arguments));
    }
  }

  /** All of them. */
  enum Function {
    SEQLM_SCORE("What a model makes of a text: a struct.") {
      @Override
      Expression of(TextModel model, Expression text) {
        return score(model, text, ScoreFiles.Unit.DOCUMENT);
      }
    },
    SEQLM_SCORE_LINES("What a model makes of each line of a text: an array of structs.") {
      @Override
      Expression of(TextModel model, Expression text) {
        return score(model, text, ScoreFiles.Unit.LINE);
      }
    },
    SEQLM_PERPLEXITY("A model's perplexity on a text: 10^(-log10 / tokens).") {
      @Override
      Expression of(TextModel model, Expression text) {
        return field(model, text, ScoreFunction.Field.PERPLEXITY);
      }
    },
    SEQLM_LOG10("log10 of a model's probability of a text.") {
      @Override
      Expression of(TextModel model, Expression text) {
        return field(model, text, ScoreFunction.Field.LOG10);
      }
    },
    SEQLM_TOKENS("The tokens that a model scores of a text, line ends among them.") {
      @Override
      Expression of(TextModel model, Expression text) {
        return field(model, text, ScoreFunction.Field.TOKENS);
      }
    },
    SEQLM_TOKENIZE("The tokens that a model's rules cut a text into.") {
      @Override
      Expression of(TextModel model, Expression text) {
        return tokens(text, new TokenFunction(model.rules(), null, model.path()));
      }
    },
    SEQLM_TOKEN_IDS("The ids of a text's tokens in a model's vocabulary.") {
      @Override
      Expression of(TextModel model, Expression text) {
        return tokens(text, new TokenFunction(model.rules(), model, model.path()));
      }
    },
    SEQLM_QUALITY("(filters, text)", "What filters of quality make of a text: a struct.") {
      @Override
      Expression expression(Seq<Expression> arguments) {
        require(arguments, 2, "filters and a text", "('gopher-quality,c4', text)");
        String written =
            constant(arguments.apply(0), "filters", "list", "('gopher-quality,c4', text)");
        try {
          QualityFunction function = new QualityFunction(filters(written), written);
          function.open(); // what is wrong is told before any row is read
          return new TextExpression(arguments.apply(1), function);
        } catch (UserException e) {
          throw refused("seqlm_quality: " + e.getMessage(), e);
        }
      }
    },
    SEQLM_LANGUAGE("(text)", "The likeliest language of a text, ISO 639-1.") {
      @Override
      Expression expression(Seq<Expression> arguments) {
        require(arguments, 1, "a text", "(text)");
        try {
          LanguageFunction function = new LanguageFunction();
          function.open();
          return new TextExpression(arguments.apply(0), function);
        } catch (UserException e) {
          throw refused("seqlm_language: " + e.getMessage(), e);
        }
      }
    };

    private final String takes;
    private final String usage;

    Function(String usage) {
      this("(model, text)", usage);
    }

    Function(String takes, String usage) {
      this.takes = takes;
      this.usage = usage;
    }

    /** What a model makes of a text; not of functions that ask no model. */
    Expression of(TextModel model, Expression text) {
      throw new IllegalStateException(sqlName() + " asks no model");
    }

    /** Names with commas between them, or a list of JSON as {@code conf/corpus-filter.yaml}'s. */
    private static List<FilterSpec> filters(String written) {
      if (!written.strip().startsWith("[")) {
        return FilterSpec.parse(List.of(written.split(",")));
      }
      try {
        return FilterSpec.parse(Json.mapper().readValue(written, List.class));
      } catch (JsonProcessingException e) {
        throw UserException.configuration("filters are no list of JSON: " + written);
      }
    }

    private static Expression score(TextModel model, Expression text, ScoreFiles.Unit unit) {
      return new TextExpression(text, new ScoreFunction(model, unit));
    }

    private static Expression field(TextModel model, Expression text, ScoreFunction.Field field) {
      return new GetStructField(
          score(model, text, ScoreFiles.Unit.DOCUMENT),
          field.ordinal(),
          new Some<>(field.column()));
    }

    private static Expression tokens(Expression text, TextFunction function) {
      return new TextExpression(text, function);
    }

    private String sqlName() {
      return name().toLowerCase(Locale.ROOT);
    }

    FunctionIdentifier identifier() {
      return new FunctionIdentifier(sqlName());
    }

    ExpressionInfo info() {
      String usage = sqlName() + takes + " - " + this.usage;
      return new ExpressionInfo(
          SeqlmFunctions.class.getName(),
          null,
          sqlName(),
          usage,
          "",
          "",
          "",
          "",
          "",
          "",
          "java_udf");
    }

    /** What Catalyst builds of a call whose arguments are resolved. */
    Expression expression(Seq<Expression> arguments) {
      require(arguments, 2, "a model's path and a text", "('MODEL', text)");
      return of(model(arguments.apply(0)), arguments.apply(1));
    }

    void require(Seq<Expression> arguments, int size, String wanted, String call) {
      if (arguments.size() != size) {
        throw refused(
            sqlName()
                + " takes "
                + wanted
                + ", but has "
                + arguments.size()
                + (arguments.size() == 1 ? " argument" : " arguments")
                + ": write "
                + sqlName()
                + call,
            null);
      }
    }

    String constant(Expression argument, String what, String each, String call) {
      String needs = sqlName() + " needs a constant string for its " + what + ", but ";
      if (!argument.foldable() || !argument.dataType().equals(DataTypes.StringType)) {
        throw refused(
            needs
                + argument.sql()
                + (argument.foldable()
                    ? " is of type " + argument.dataType().sql()
                    : " may differ from row to row")
                + ": write "
                + sqlName()
                + call
                + ", one call for each "
                + each,
            null);
      }
      Object value = argument.eval(InternalRow.empty());
      if (value == null) {
        throw refused(needs + argument.sql() + " is null: write the " + what, null);
      }
      return value.toString();
    }

    private TextModel model(Expression argument) {
      String path = constant(argument, "model's path", "model", "('MODEL', text)");
      try {
        return TextModel.open(SparkSession.active(), path);
      } catch (UserException e) {
        throw refused(sqlName() + ": " + e.getMessage(), e);
      } catch (IOException e) {
        throw refused(
            sqlName() + ": model " + path + " cannot be read (" + e.getMessage() + ")", e);
      }
    }
  }

  /** What a query is told that cannot be. */
  static RuntimeException refused(String message, Throwable cause) {
    return unchecked(
        new AnalysisException(
            message,
            Option.empty(),
            Option.empty(),
            Option.apply(cause),
            Option.empty(),
            Map$.MODULE$.empty(),
            new QueryContext[0]));
  }

  /** Scala, which calls this, knows no checked exceptions. */
  @SuppressWarnings("unchecked")
  private static <T extends Exception> RuntimeException unchecked(Exception problem) throws T {
    throw (T) problem;
  }
}
