/**
 * What the stores of several modules share to speak to the database together.
 *
 * <p>The one place of the kernel that knows JDBC. No statement is written here and no table known.
 */
package io.tola.kernel.sql;
