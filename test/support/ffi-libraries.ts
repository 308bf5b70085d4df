/** The FFI libraries that clients of the SCM run on: what is proven with one is proven with each. */
export const FFI_LIBRARIES = ['koffi', 'ffi-rs'] as const;
