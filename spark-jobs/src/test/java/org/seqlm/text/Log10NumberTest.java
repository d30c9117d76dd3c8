package org.seqlm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Numbers of ARPA files and scores, against arithmetic that rounds nothing but the result. */
final class Log10NumberTest {
  private static String written(double value) {
    byte[] bytes = new byte[3 + Log10Number.MAX_BYTES];
    int end = Log10Number.write(value, bytes, 3);
    return new String(bytes, 3, end - 3, StandardCharsets.US_ASCII);
  }

  /** Seven decimals, halves away from zero, of the value times 1e7 as a double has it. */
  private static String slowly(double value) {
    BigDecimal scaled =
        new BigDecimal(Math.abs(value) * 1e7).setScale(0, RoundingMode.HALF_UP).movePointLeft(7);
    String text = scaled.stripTrailingZeros().toPlainString();
    return value < 0 && scaled.signum() > 0 ? "-" + text : text;
  }

  @Test
  void byHand() {
    assertThat(written(0)).isEqualTo("0");
    assertThat(written(-0.0)).isEqualTo("0");
    assertThat(written(-4.9e-8)).isEqualTo("0");
    assertThat(written(-5.1e-8)).isEqualTo("-0.0000001");
    assertThat(written(-1.25)).isEqualTo("-1.25");
    assertThat(written(-12.0000001)).isEqualTo("-12.0000001");
    assertThat(written(-99)).isEqualTo("-99");
    assertThat(written(199.99999999)).isEqualTo("200");
    assertThat(written(-12345678.5)).isEqualTo("-12345678.5");
    assertThat(written(Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
    assertThatThrownBy(() -> written(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> written(1e11)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void equalsExactArithmetic() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 60_000; i++) {
      double size =
          switch (i % 4) {
            case 0 -> (random.nextInt(20_000_000) + 0.5) / 1e7;
            case 1 -> random.nextDouble() * 7;
            case 2 -> Math.scalb(random.nextDouble(), random.nextInt(-32, 36));
            default -> (float) (200 + random.nextDouble() - 0.5);
          };
      double value = random.nextBoolean() ? size : -size;
      assertThat(written(value)).as("%s", value).isEqualTo(slowly(value));
      byte[] bytes = written(value).getBytes(StandardCharsets.US_ASCII);
      assertThat(Log10Number.read(bytes, 0, bytes.length))
          .isEqualTo(Float.parseFloat(written(value)));
    }
  }
}
