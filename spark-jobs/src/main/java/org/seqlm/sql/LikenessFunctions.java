package org.seqlm.sql;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.seqlm.sql.expression.LikenessFunction;
import org.seqlm.sql.expression.TextExpression;
import scala.collection.Seq;

/** Functions of SQL that take a text alone, and give what it has in common with texts like it. */
final class LikenessFunctions {
  private LikenessFunctions() {}

  static List<LikenessFunction> all() {
    return Arrays.stream(LikenessFunction.Kind.values()).map(LikenessFunction::new).toList();
  }

  static FunctionIdentifier identifier(LikenessFunction function) {
    return new FunctionIdentifier(function.name());
  }

  static ExpressionInfo info(LikenessFunction function) {
    return new ExpressionInfo(
        SeqlmFunctions.class.getName(),
        null,
        function.name(),
        function.name() + "(text) - " + function.kind().usage(),
        "",
        "",
        "",
        "",
        "",
        "",
        "java_udf");
  }

  /** What Catalyst builds of a call whose arguments are resolved. */
  static Expression expression(LikenessFunction function, Seq<Expression> arguments) {
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
