package org.seqlm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that starts a cluster, or breaks processes of the jar one after another: {@code mvn verify
 * -Pcluster} runs it, {@code mvn verify} does not.
 */
@Tag("cluster")
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface OnCluster {}
