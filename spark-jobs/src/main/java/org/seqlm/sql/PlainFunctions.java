package org.seqlm.sql;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.seqlm.sql.expression.LikenessFunction;
import org.seqlm.sql.expression.MeasureFunction;
import org.seqlm.sql.expression.PlainFunction;
import org.seqlm.sql.expression.TextExpression;
import scala.collection.Seq;

/** Functions of SQL that take a text alone, and ask no model. */
final class PlainFunctions {
  private PlainFunctions() {}

  static List<PlainFunction> all() {
    return Stream.<PlainFunction>concat(
            Arrays.stream(LikenessFunction.Kind.values()).map(LikenessFunction::new),
            Arrays.stream(MeasureFunction.Kind.values()).map(MeasureFunction::new))
        .toList();
  }

  static FunctionIdentifier identifier(PlainFunction function) {
    return new FunctionIdentifier(function.name());
  }

  static ExpressionInfo info(PlainFunction function) {
    return new ExpressionInfo(
        SeqlmFunctions.class.getName(),
        null,
        function.name(),
        function.name() + "(text) - " + function.usage(),
        "",
        "",
        "",
        "",
        "",
        "",
        "java_udf");
  }

  /** What Catalyst builds of a call whose arguments are resolved. */
  static Expression expression(PlainFunction function, Seq<Expression> arguments) {
    if (arguments.size() != 1) {
      throw SeqlmFunctions.refused(
          function.name()
              + " takes a text, but has "
              + arguments.size()
              + " arguments: write "
              + function.name()
              + "(text)",
          null);
    }
    return new TextExpression(arguments.apply(0), function);
  }
}
