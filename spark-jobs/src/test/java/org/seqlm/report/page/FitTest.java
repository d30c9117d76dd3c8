package org.seqlm.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;

class FitTest {
  private static final Axis LINEAR = Axis.of("nats", Scale.LINEAR, 4);
  private static final Axis LOG = Axis.of("norm", Scale.LOGARITHMIC, 4);

  /** At x = 0, 1 … count. */
  private static Series series(int count, DoubleUnaryOperator y) {
    return new Series(
        "s",
        0,
        Mark.LINE,
        IntStream.rangeClosed(0, count)
            .mapToObj(x -> new double[] {x, y.applyAsDouble(x)})
            .toList());
  }

  /** 9 at first, at x = 5 of 100 it is 3, in the end 2: a twentieth of 1 above 3. */
  @Test
  void theBeginningOfALossIsCutOff() {
    Series loss = series(100, x -> x == 0 ? 9 : x < 5 ? 6 : 3 - (x - 5) / 95);
    Fit fit = Fit.falling(LINEAR, List.of(loss), List.of());
    assertThat(fit.axis().high()).isCloseTo(3.05, within(1e-12));
    assertThat(fit.axis().low()).isNull();
    assertThat(fit.remark())
        .containsExactly("The beginning, above 3.05, is cut off here; the numbers have it.");
    // A floor far below needs most of the room anyhow.
    assertThat(Fit.falling(LINEAR, List.of(loss), List.of(new Rule("floor", -30))).axis())
        .isEqualTo(LINEAR);
    // By logarithms likewise: 2 to 3, and a twentieth of that.
    assertThat(Fit.falling(LOG, List.of(loss), List.of()).axis().high())
        .isCloseTo(3 * Math.pow(1.5, 0.05), within(1e-12));
  }

  /** 0 at first, at x = 5 of 100 it is 0.8, in the end 0.9, and 1 is possible. */
  @Test
  void theBeginningOfWhatRisesIsCutOff() {
    Series share = series(100, x -> x < 5 ? 0 : 0.8 + 0.1 * (x - 5) / 95);
    Fit fit = Fit.rising(LINEAR, List.of(share), List.of(new Rule("best possible", 1)));
    assertThat(fit.axis().low()).isCloseTo(0.79, within(1e-12));
    assertThat(fit.axis().high()).isNull();
    assertThat(fit.remark())
        .containsExactly("The beginning, below 0.790, is cut off here; the numbers have it.");
    assertThat(Fit.rising(LINEAR, List.of(series(100, x -> x / 100)), List.of()).axis())
        .isEqualTo(LINEAR);
    assertThat(Fit.rising(LINEAR, List.of(series(0, x -> 4)), List.of()).axis()).isEqualTo(LINEAR);
  }

  @Test
  void whatFallsSlowlyOrHasJustBegunIsShownWhole() {
    assertThat(Fit.falling(LINEAR, List.of(series(100, x -> 4 - x / 100)), List.of()).remark())
        .isEmpty();
    assertThat(Fit.falling(LINEAR, List.of(series(0, x -> 4)), List.of()).axis()).isEqualTo(LINEAR);
    // Of a run that ended early the last three points are seen, wherever others are.
    Series early = series(3, x -> x == 0 ? 11 : x == 1 ? 9 : 8);
    assertThat(
            Fit.falling(LINEAR, List.of(series(100, x -> x == 0 ? 90 : 3), early), List.of())
                .axis()
                .high())
        .isCloseTo(9.3, within(1e-12));
  }

  @Test
  void aGradientThatIsNothingIsCutOff() {
    Fit fit = Fit.fading(LOG, List.of(series(125, x -> Math.pow(10, -x))));
    assertThat(fit.axis().low()).isEqualTo(1e-12);
    assertThat(fit.remark().get(0)).startsWith("What is below 1e−12 is cut off");
    for (double exponent : new double[] {-11, -125}) {
      Fit whole = Fit.fading(LOG, List.of(series(1, x -> Math.pow(10, exponent - x / 2))));
      assertThat(whole.axis()).isEqualTo(LOG);
      assertThat(whole.remark()).isEmpty();
    }
  }
}
