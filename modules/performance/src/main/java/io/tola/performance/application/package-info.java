/**
 * The facade's bean and what shows its figures as metrics. Transactions: none; what is read is
 * committed. No SQL, no arithmetic.
 */
package io.tola.performance.application;
