package org.seqlm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that goes through every case, or much data, where others of its class try some: {@code mvn
 * verify -Pcluster} runs it, {@code mvn verify} does not.
 */
@Tag("exhaustive")
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Exhaustive {
  /**
   * Where every case takes longer than the profile may: whether all of them are gone through
   * nonetheless, for who has changed what they try ({@code -Dseqlm.every-case=true}).
   */
  boolean ALL = Boolean.getBoolean("seqlm.every-case");
}
