export const metadata = { title: 'Shop', icons: { icon: 'data:,' } };

export default function Layout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
