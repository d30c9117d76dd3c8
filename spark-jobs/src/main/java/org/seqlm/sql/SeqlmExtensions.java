package org.seqlm.sql;

import org.apache.spark.sql.SparkSessionExtensions;
import org.seqlm.sql.expression.PlainFunction;
import scala.Tuple3;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Gives every session of an application the functions of {@link SeqlmFunctions}: {@code
 * spark.sql.extensions=org.seqlm.sql.SeqlmExtensions}, with the jar on the class path of the driver
 * ({@code spark-submit --jars}, {@code spark.jars}).
 */
public final class SeqlmExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (SeqlmFunctions.Function function : SeqlmFunctions.Function.values()) {
      extensions.injectFunction(
          new Tuple3<>(function.identifier(), function.info(), function::expression));
    }
    for (PlainFunction function : PlainFunctions.all()) {
      extensions.injectFunction(
          new Tuple3<>(
              PlainFunctions.identifier(function),
              PlainFunctions.info(function),
              arguments -> PlainFunctions.expression(function, arguments)));
    }
    return BoxedUnit.UNIT;
  }
}
